"""One file to one Frame: the only code that knows FITS cards or XISF XML. No pixels."""
