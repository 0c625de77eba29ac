"""What runs inside Siril 1.4: pre-flight, calibration and proof for the scripts in ``siril_scripts/``.

Each job makes one :class:`~ampglow_plugin.inside.page.Page`; the window shows it, the log gets the same as text, and a
result file holds it with the records of the command line, since Siril drops the exit status of a script.
"""
