"""Text of strangers (names of files and folders, values of headers) reaches every output as data, or is refused."""
