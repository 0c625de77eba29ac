"""One file to arrays on the 0..65535 ADU scale, rows as stored."""
