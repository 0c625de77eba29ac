// Generated from the project's tables by tools/tables.py; do not change by hand.

AG.tables = {
 "limits": [
  {
   "field": "exposure_s",
   "scope": "all",
   "unit": "s",
   "beyond": "different",
   "exact": 0.05,
   "exact_percent": 0.1,
   "tolerated": 0.05,
   "tolerated_percent": 0.5,
   "strong": 0
  },
  {
   "field": "temperature_c",
   "scope": "cooled",
   "unit": "degC",
   "beyond": "different",
   "exact": 1.0,
   "exact_percent": 0,
   "tolerated": 3.0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "temperature_c",
   "scope": "uncooled",
   "unit": "degC",
   "beyond": "different",
   "exact": 2.0,
   "exact_percent": 0,
   "tolerated": 5.0,
   "tolerated_percent": 0,
   "strong": 8.0
  },
  {
   "field": "setpoint_c",
   "scope": "settled",
   "unit": "degC",
   "beyond": "tolerated",
   "exact": 1.0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "setpoint_c",
   "scope": "alone",
   "unit": "degC",
   "beyond": "different",
   "exact": 0.0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "gain",
   "scope": "all",
   "unit": "vendor units",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "conversion_gain",
   "scope": "all",
   "unit": "side",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "offset",
   "scope": "all",
   "unit": "driver units",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "readout_mode",
   "scope": "all",
   "unit": "text",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "camera",
   "scope": "all",
   "unit": "normalised text",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "camera_serial",
   "scope": "both sides have it",
   "unit": "text",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "xbinning",
   "scope": "all",
   "unit": "pixels",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "ybinning",
   "scope": "all",
   "unit": "pixels",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "width",
   "scope": "all",
   "unit": "pixels",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "height",
   "scope": "all",
   "unit": "pixels",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "roi_x",
   "scope": "both sides have it",
   "unit": "pixels",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "roi_y",
   "scope": "both sides have it",
   "unit": "pixels",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "pixel_um",
   "scope": "generic camera",
   "unit": "um",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 1.0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "planes",
   "scope": "all",
   "unit": "planes",
   "beyond": "different",
   "exact": 1,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "bits",
   "scope": "single frames",
   "unit": "bits",
   "beyond": "tolerated",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "row_order",
   "scope": "both sides have it",
   "unit": "text",
   "beyond": "tolerated",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "bayer_pattern",
   "scope": "both sides have it",
   "unit": "text",
   "beyond": "tolerated",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "software",
   "scope": "single frames",
   "unit": "program",
   "beyond": "tolerated",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "calibrated",
   "scope": "light",
   "unit": "flag",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "stack_count",
   "scope": "light",
   "unit": "frames",
   "beyond": "different",
   "exact": 1,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "filter",
   "scope": "flat",
   "unit": "text",
   "beyond": "different",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "focal_length_mm",
   "scope": "flat",
   "unit": "mm",
   "beyond": "tolerated",
   "exact": 0,
   "exact_percent": 2.0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  },
  {
   "field": "gain",
   "scope": "flat",
   "unit": "vendor units",
   "beyond": "tolerated",
   "exact": 0,
   "exact_percent": 0,
   "tolerated": 0,
   "tolerated_percent": 0,
   "strong": 0
  }
 ],
 "age": [
  {
   "above_d": 30.0,
   "severity": "info"
  },
  {
   "above_d": 180.0,
   "severity": "warning"
  },
  {
   "above_d": 365.0,
   "severity": "warning"
  }
 ],
 "stale_after_d": [
  180.0,
  365.0
 ],
 "camera_texts": {
  "noise": [
   {
    "pattern": "\\s+(S/N|SN[:#]|HW|FW)\\b.*$",
    "with": ""
   },
   {
    "pattern": "\\(ASCOM\\)|\\bASCOM\\b",
    "with": ""
   },
   {
    "pattern": "[\\(\\[]\\s*\\d+\\s*[\\)\\]]",
    "with": ""
   },
   {
    "pattern": "\\bQHY ?CCD[ -]+(?=QHY)",
    "with": ""
   },
   {
    "pattern": "\\bQHY ?CCD[ -]+",
    "with": "QHY"
   },
   {
    "pattern": "\\bZWO\\b|\\bCCD\\b|\\bCAMERA\\b|\\bPRO\\b",
    "with": ""
   },
   {
    "pattern": "[\\s_-]+",
    "with": ""
   }
  ],
  "generic": [
   "",
   "ASI",
   "FLI",
   "SBIG",
   "QSI",
   "QHY",
   "APOGEEUSB/NET",
   "MAIN",
   "LIBCAMERA",
   "SIMULATOR"
  ],
  "readout_placeholders": [
   "default",
   "normal",
   "unknown",
   "n/a",
   "monochrome",
   "raw"
  ],
  "processing_programs": [
   "siril",
   "pixinsight",
   "astropixelprocessor",
   "deepskystacker",
   "asistudio",
   "astap",
   "setiastrosuite",
   "ccdproc",
   "ampglow"
  ]
 },
 "cameras": [
  {
   "match": "\\bASI ?1600M[MC]",
   "sensor": "MN34230",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": "Pro|Cool",
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?163[MC]",
   "sensor": "MN34230",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": null
  },
  {
   "match": "\\bAtik Horizon",
   "sensor": "MN34230",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": null
  },
  {
   "match": "\\bASI ?071MC",
   "sensor": "IMX071",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?168C",
   "sensor": "IMX071",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?294MC",
   "sensor": "IMX294",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": "Pro",
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 120,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?294C",
   "sensor": "IMX294",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 56,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bArtemis-C",
   "sensor": "IMX294",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 120,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?294C",
   "sensor": "IMX294",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bAltair.*294C",
   "sensor": "IMX294",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": null,
   "severity": "severe",
   "upper": null,
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?294MM",
   "sensor": "IMX492",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "gain",
    "from_gain": 120,
    "before": null,
    "binning": 2,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?294M",
   "sensor": "IMX492",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "mode",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": [
     {
      "number": null,
      "name": "11M",
      "from_gain": null
     },
     {
      "number": null,
      "name": "47M",
      "from_gain": null
     }
    ]
   }
  },
  {
   "match": "\\bArtemis-M",
   "sensor": "IMX492",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "gain",
    "from_gain": 110,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?294M",
   "sensor": "IMX492",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": null
  },
  {
   "match": "\\bASI ?183M[MC]",
   "sensor": "IMX183",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": "Pro",
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?183",
   "sensor": "IMX183",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?183",
   "sensor": "IMX183",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bALTAIR ?H?183",
   "sensor": "IMX183",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": null,
   "severity": "moderate",
   "upper": "severe",
   "step": null
  },
  {
   "match": "\\bASI ?178M[MC]",
   "sensor": "IMX178",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?178",
   "sensor": "IMX178",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?290M[MC]",
   "sensor": "IMX290",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 60,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?290",
   "sensor": "IMX290",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bMars-M\\b(?! ?II)",
   "sensor": "IMX290",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?462M[MC]",
   "sensor": "IMX462",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 80,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?462",
   "sensor": "IMX462",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bMars-C\\b(?! ?II)",
   "sensor": "IMX462",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bSeestar S50\\b",
   "sensor": "IMX462",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 80,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?385MC",
   "sensor": "IMX385",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 60,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?224MC",
   "sensor": "IMX224",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 60,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "^IMX224$",
   "sensor": "IMX224",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?174M[MC]",
   "sensor": "IMX174",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?174",
   "sensor": "IMX174",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bQHY ?174",
   "sensor": "IMX174",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?2600M[MC]",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 100,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?268",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "mode",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": [
     {
      "number": 0,
      "name": "PhotoGraphic DSO",
      "from_gain": 26
     },
     {
      "number": 1,
      "name": "High Gain Mode",
      "from_gain": 56
     },
     {
      "number": null,
      "name": "Extended Fullwell",
      "from_gain": null
     },
     {
      "number": null,
      "name": "Extended Fullwell 2CMS",
      "from_gain": null
     }
    ]
   }
  },
  {
   "match": "\\bPoseidon-",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 125,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?2600",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?3CMOS26000",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bAltair.*26[MC]",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bC3-26000",
   "sensor": "IMX571",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?6200M[MC]",
   "sensor": "IMX455",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 100,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?600",
   "sensor": "IMX455",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "mode",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": [
     {
      "number": 0,
      "name": "PhotoGraphic DSO",
      "from_gain": 26
     },
     {
      "number": 1,
      "name": "High Gain Mode",
      "from_gain": 56
     },
     {
      "number": null,
      "name": "Extended Fullwell",
      "from_gain": null
     },
     {
      "number": null,
      "name": "Extended Fullwell 2CMS",
      "from_gain": null
     }
    ]
   }
  },
  {
   "match": "\\bZeus 455",
   "sensor": "IMX455",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 125,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bSkyEye ?62A",
   "sensor": "IMX455",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bC3-61000",
   "sensor": "IMX455",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bASI ?533M[MC]",
   "sensor": "IMX533",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": "Pro",
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 100,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?533",
   "sensor": "IMX533",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bAres-",
   "sensor": "IMX533",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 125,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?533",
   "sensor": "IMX533",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bASI ?2400MC",
   "sensor": "IMX410",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 100,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?410C",
   "sensor": "IMX410",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 56,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?461M",
   "sensor": "IMX461",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 100,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?461",
   "sensor": "IMX461",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 56,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bC5A?-100",
   "sensor": "IMX461",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bQHY ?411",
   "sensor": "IMX411",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 56,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bC5A?-150",
   "sensor": "IMX411",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?585M[MC]",
   "sensor": "IMX585",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": "Pro|Air",
   "severity": "residual",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 200,
    "before": 252,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?585",
   "sensor": "IMX585",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bminiCAM ?8",
   "sensor": "IMX585",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bUranus-",
   "sensor": "IMX585",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": "Pro",
   "severity": "residual",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 210,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?585",
   "sensor": "IMX585",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "^imx585$|\\bSeestar S30 Pro\\b",
   "sensor": "IMX585",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?662M[MC]",
   "sensor": "IMX662",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 200,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?662",
   "sensor": "IMX662",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bMars-[CM] II\\b",
   "sensor": "IMX662",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bSeestar S30\\b(?! Pro)",
   "sensor": "IMX662",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 200,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bDWARF ?mini",
   "sensor": "IMX662",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bASI ?678M[MC]",
   "sensor": "IMX678",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 182,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?678",
   "sensor": "IMX678",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "^DWARFIII$|\\bDWARF ?3\\b",
   "sensor": "IMX678",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bASI ?715MC",
   "sensor": "IMX715",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bASI ?676MC",
   "sensor": "IMX676",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": {
    "by": "gain",
    "from_gain": 180,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?5III ?676",
   "sensor": "IMX676",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bApollo-M Mini",
   "sensor": "IMX676",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bVespera Pro\\b",
   "sensor": "IMX676",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "none",
   "upper": "residual",
   "step": null
  },
  {
   "match": "\\bASI ?464MC",
   "sensor": "IMX464",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": null,
   "upper": null,
   "step": null
  },
  {
   "match": "\\bNeptune-C II\\b",
   "sensor": "IMX464",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": null,
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?485MC",
   "sensor": "IMX485",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "^IMX415$",
   "sensor": "IMX415",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": null,
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?482MC",
   "sensor": "IMX482",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 80,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?432MM",
   "sensor": "IMX432",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "gain",
    "from_gain": 140,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bQHY ?269",
   "sensor": "IMX269",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bAltair.*269C|\\bHypercam 269C",
   "sensor": "IMX269",
   "kind": "cmos",
   "cooled": null,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": {
    "by": "user",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bATR ?269",
   "sensor": "IMX269",
   "kind": "cmos",
   "cooled": true,
   "cooled_if": null,
   "severity": "residual",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bASI ?120M[MC]",
   "sensor": "AR0130",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": {
    "by": "none",
    "from_gain": null,
    "before": null,
    "binning": null,
    "modes": []
   }
  },
  {
   "match": "\\bASI ?220MM",
   "sensor": "SC2210",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bQHY ?5III ?200",
   "sensor": "SC2210",
   "kind": "cmos",
   "cooled": false,
   "cooled_if": null,
   "severity": "moderate",
   "upper": null,
   "step": null
  },
  {
   "match": "\\bST[FT]-8300",
   "sensor": "KAF-8300",
   "kind": "ccd",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "severe",
   "step": null
  },
  {
   "match": "\\bQSI ?683",
   "sensor": "KAF-8300",
   "kind": "ccd",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "severe",
   "step": null
  },
  {
   "match": "CG-?16",
   "sensor": "KAF-16803",
   "kind": "ccd",
   "cooled": true,
   "cooled_if": null,
   "severity": "none",
   "upper": "severe",
   "step": null
  }
 ],
 "sensor_kinds": {
  "MN34230": "cmos",
  "IMX071": "cmos",
  "IMX294": "cmos",
  "IMX492": "cmos",
  "IMX183": "cmos",
  "IMX178": "cmos",
  "IMX290": "cmos",
  "IMX462": "cmos",
  "IMX385": "cmos",
  "IMX224": "cmos",
  "IMX174": "cmos",
  "IMX571": "cmos",
  "IMX455": "cmos",
  "IMX533": "cmos",
  "IMX410": "cmos",
  "IMX461": "cmos",
  "IMX411": "cmos",
  "IMX585": "cmos",
  "IMX662": "cmos",
  "IMX678": "cmos",
  "IMX715": "cmos",
  "IMX676": "cmos",
  "IMX464": "cmos",
  "IMX485": "cmos",
  "IMX415": "cmos",
  "IMX482": "cmos",
  "IMX432": "cmos",
  "IMX269": "cmos",
  "AR0130": "cmos",
  "SC2210": "cmos",
  "KAF-8300": "ccd",
  "KAF-16803": "ccd",
  "KAF-16200": "ccd",
  "ICX694": "ccd",
  "ICX814": "ccd",
  "ICX825": "ccd",
  "ICX834": "ccd"
 },
 "keywords": {
  "placeholders": [
   "",
   "n/a",
   "unknown"
  ],
  "programs": [
   {
    "id": "nina",
    "key": "SWCREATE",
    "match": "^N\\.I\\.N\\.A\\.",
    "colour": false
   },
   {
    "id": "asiair",
    "key": "CREATOR",
    "match": "^ZWO ASIAIR",
    "colour": false
   },
   {
    "id": "seestar",
    "key": "CREATOR",
    "match": "^ZWO Seestar",
    "colour": false
   },
   {
    "id": "seestar",
    "key": "TELESCOP",
    "match": "^(Seestar|S50_|S30[ _])",
    "colour": false
   },
   {
    "id": "sharpcap",
    "key": "SWCREATE",
    "match": "^SharpCap",
    "colour": false
   },
   {
    "id": "apt",
    "key": "SWCREATE",
    "match": "^Astro Photography Tool",
    "colour": false
   },
   {
    "id": "sgp",
    "key": "CREATOR",
    "match": "^Sequence Generator Pro",
    "colour": false
   },
   {
    "id": "maximdl",
    "key": "SWCREATE",
    "match": "^MaxIm DL",
    "colour": false
   },
   {
    "id": "theskyx",
    "key": "SWCREATE",
    "match": "^TheSkyX",
    "colour": false
   },
   {
    "id": "voyager",
    "key": "SWCREATE",
    "match": "^Voyager",
    "colour": false
   },
   {
    "id": "indi",
    "key": "COMMENT",
    "match": "Generated by INDI\\b",
    "colour": false
   },
   {
    "id": "indigo",
    "key": "COMMENT",
    "match": "Created by INDIGO",
    "colour": false
   },
   {
    "id": "ccdciel",
    "key": "SWCREATE",
    "match": "^CCDciel",
    "colour": false
   },
   {
    "id": "phd2",
    "key": "CREATOR",
    "match": "^PHD2",
    "colour": false
   },
   {
    "id": "asicap",
    "key": "EXPOINUS",
    "match": "",
    "colour": false
   },
   {
    "id": "indi_allsky",
    "key": "OBJECT",
    "match": "^AllSky$",
    "colour": false
   },
   {
    "id": "pocs",
    "key": "CREATOR",
    "match": "^POCS",
    "colour": false
   },
   {
    "id": "coreastro",
    "key": "CREATOR",
    "match": "^CoreAstro",
    "colour": false
   },
   {
    "id": "ccdops",
    "key": "SWCREATE",
    "match": "^SBIG Win CCDOPS",
    "colour": false
   },
   {
    "id": "astrofx",
    "key": "SWCREATE",
    "match": "^Celestron AstroFX",
    "colour": false
   },
   {
    "id": "microobservatory",
    "key": "CREATOR",
    "match": "^MicroObservatory",
    "colour": false
   },
   {
    "id": "dwarf",
    "key": "INSTRUME",
    "match": "^DWARFII$",
    "colour": false
   },
   {
    "id": "dwarf",
    "key": "INSTRUME",
    "match": "^DWARFIII$",
    "colour": false
   },
   {
    "id": "dwarf",
    "key": "TELESCOP",
    "match": "^DWARF ?(3|mini)",
    "colour": false
   },
   {
    "id": "dwarf_stack",
    "key": "INSTRUME",
    "match": "^DWARF",
    "colour": true
   },
   {
    "id": "dwarf_stack",
    "key": "TELESCOP",
    "match": "^DWARF",
    "colour": true
   },
   {
    "id": "seestar_stack",
    "key": "CREATOR",
    "match": "^ZWO Seestar",
    "colour": true
   },
   {
    "id": "unistellar",
    "key": "SOFTVER",
    "match": "",
    "colour": false
   },
   {
    "id": "siril",
    "key": "PROGRAM",
    "match": "^Siril",
    "colour": false
   },
   {
    "id": "pixinsight",
    "key": "COMMENT",
    "match": "\\bPixInsight\\b",
    "colour": false
   },
   {
    "id": "pixinsight",
    "key": "XISF:CreatorApplication",
    "match": "PixInsight",
    "colour": false
   },
   {
    "id": "app",
    "key": "SOFTWARE",
    "match": "^Astro Pixel Processor",
    "colour": false
   },
   {
    "id": "astap",
    "key": "LIGH_CNT",
    "match": "",
    "colour": false
   },
   {
    "id": "dss",
    "key": "SOFTWARE",
    "match": "^DeepSkyStacker",
    "colour": false
   },
   {
    "id": "itelescope",
    "key": "OWNER",
    "match": "^iTelescope$",
    "colour": false
   }
  ],
  "fields": [
   {
    "field": "kind",
    "as": "kind",
    "rows": [
     {
      "key": "OBSTYPE",
      "factor": 1.0,
      "unbinned": false,
      "only": [
       "pocs"
      ],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "IMAGETYP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "IMAGETYPE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FRAMETYP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FRAME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "OBSTYPE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PICTTYPE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CALFRAME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "XISF:imageType",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Image:Type",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "exposure_s",
    "as": "duration",
    "rows": [
     {
      "key": "SUBEXP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "STACKEXP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXPTIME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [
       "dwarf_stack",
       "dss"
      ],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXPOSURE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "XPOSURE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "DURATION",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "DARKTIME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXPOINUS",
      "factor": 1e-06,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:ExposureTime",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "total_exposure_s",
    "as": "duration",
    "rows": [
     {
      "key": "TOTALEXP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "LIVETIME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXPTIME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": "SUBEXP",
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXPTIME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": "STACKEXP",
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "EXPTIME",
      "factor": 1.0,
      "unbinned": false,
      "only": [
       "dwarf_stack",
       "dss"
      ],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "temperature_c",
    "as": "temperature",
    "rows": [
     {
      "key": "CCD-TEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "DET-TEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CCD_TEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CCDTEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "TEMPERAT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAMTCCD",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CMOSTEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAM-TEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAMTEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [
       -1.0
      ],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Sensor:Temperature",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "setpoint_c",
    "as": "temperature",
    "rows": [
     {
      "key": "SET-TEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "SETTEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "SET_TEMP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "TEMP_SET",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Sensor:TargetTemperature",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "cooler_power_pct",
    "as": "number",
    "rows": [
     {
      "key": "COOLPOWR",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "COOL-POW",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "COOLERPWR",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "gain",
    "as": "gain",
    "rows": [
     {
      "key": "GAIN",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAM-GAIN",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "GAINRAW",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "ISOSPEED",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "ISO",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Camera:ISOSpeed",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "offset",
    "as": "positive",
    "rows": [
     {
      "key": "OFFSET",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BLKLEVEL",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAM-OFFS",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BRIGHTNESS",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "readout_mode",
    "as": "readout",
    "rows": [
     {
      "key": "READOUTM",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "READMODE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "READOUT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "QREADOUT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAMMODE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "ISOSPEED",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "\\bgain\\b",
      "group": 0
     }
    ]
   },
   {
    "field": "xbinning",
    "as": "binning",
    "rows": [
     {
      "key": "XBINNING",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CCDXBIN",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CCDBINX",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BINX",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BINNING",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Camera:XBinning",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "ybinning",
    "as": "binning_y",
    "rows": [
     {
      "key": "YBINNING",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CCDYBIN",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CCDBINY",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BINY",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BINNING",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Camera:YBinning",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "roi_x",
    "as": "count",
    "rows": [
     {
      "key": "XORGSUBF",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FRAMEX",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PHDSUBFX",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CROPOFFX",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "roi_y",
    "as": "count",
    "rows": [
     {
      "key": "YORGSUBF",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FRAMEY",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PHDSUBFY",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CROPOFFY",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "pixel_um",
    "as": "size",
    "rows": [
     {
      "key": "XPIXSZ",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "XPIXELSZ",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PIXSIZE1",
      "factor": 1.0,
      "unbinned": true,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PIXSIZEX",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "XPIXSIZE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Sensor:XPixelSize",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "camera",
    "as": "camera",
    "rows": [
     {
      "key": "CAM-MOD",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAMERA",
      "factor": 1.0,
      "unbinned": false,
      "only": [
       "ccdciel"
      ],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "INSTRUME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [
       "pocs"
      ],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAMERA",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [
       "dwarf"
      ],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Camera:Name",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "camera_serial",
    "as": "serial",
    "rows": [
     {
      "key": "CAMID",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "INSTRUME",
      "factor": 1.0,
      "unbinned": false,
      "only": [
       "pocs"
      ],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "INSTRUME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "\\bS/N\\s+(\\w+)",
      "group": 1
     },
     {
      "key": "CAM-ID",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "SN",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CAMERAID",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "bayer_pattern",
    "as": "bayer",
    "rows": [
     {
      "key": "BAYERPAT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "COLORTYP",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CFAIMAGE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "XISF:ColorFilterArray",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PCL:CFASourcePattern",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "row_order",
    "as": "row_order",
    "rows": [
     {
      "key": "ROWORDER",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "date_obs",
    "as": "date",
    "rows": [
     {
      "key": "DATE-OBS",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "DATE-BEG",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Observation:Time:Start",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "MJD-OBS",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "JD_UTC",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "DATE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "software",
    "as": "text",
    "rows": [
     {
      "key": "PROGRAM",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "^Siril",
      "group": 0
     },
     {
      "key": "SWCREATE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "CREATOR",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "PROGRAM",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [
       "seestar"
      ],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "SOFTWARE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "ORIGIN",
      "factor": 1.0,
      "unbinned": false,
      "only": [
       "dwarf"
      ],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "COMMENT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "Created by (INDIGO [\\d.]*\\d)",
      "group": 1
     },
     {
      "key": "COMMENT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "Generated by (INDI)\\b",
      "group": 1
     },
     {
      "key": "COMMENT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "\\b(PixInsight [\\d.]+\\d(-\\d+)?)",
      "group": 1
     },
     {
      "key": "XISF:CreatorApplication",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "stack_count",
    "as": "stack_count",
    "rows": [
     {
      "key": "STACKCNT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "NCOMBINE",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "NSTACK",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "NUMFRAME",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "SNAPSHOT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "DARK_CNT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": "dark",
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FLAT_CNT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": "flat",
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "BIAS_CNT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": "bias",
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "LIGH_CNT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "HISTORY",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": "ImageIntegration\\.numberOfImages:\\s*(\\d+)",
      "group": 1
     }
    ]
   },
   {
    "field": "filter",
    "as": "filter",
    "rows": [
     {
      "key": "FILTER",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FILT-1",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "INSFLNAM",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Filter:Name",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "object",
    "as": "text",
    "rows": [
     {
      "key": "OBJECT",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Observation:Object:Name",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   },
   {
    "field": "focal_length_mm",
    "as": "size",
    "rows": [
     {
      "key": "FOCALLEN",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FOCAL",
      "factor": 1.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "FLENGTH",
      "factor": 1000.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     },
     {
      "key": "Instrument:Telescope:FocalLength",
      "factor": 1000.0,
      "unbinned": false,
      "only": [],
      "never": [],
      "beside": null,
      "kind": null,
      "nothing": [],
      "letters": null,
      "match": null,
      "group": 0
     }
    ]
   }
  ],
  "time_of_day": [
   "UT",
   "TIME-OBS",
   "UT-OBS"
  ],
  "readout_options": [
   {
    "key": "AMPGLOW",
    "factory": "auto"
   },
   {
    "key": "LOWNOISE",
    "factory": "off"
   },
   {
    "key": "FULLWELL",
    "factory": "off"
   }
  ],
  "spellings": {
   "light": "light",
   "lights": "light",
   "object": "light",
   "science": "light",
   "snapshot": "light",
   "dark": "dark",
   "darks": "dark",
   "flat": "flat",
   "flats": "flat",
   "skyflat": "flat",
   "domeflat": "flat",
   "bias": "bias",
   "biases": "bias",
   "offset": "bias",
   "zero": "bias",
   "darkflat": "darkflat",
   "flatdark": "darkflat"
  },
  "picttype": {
   "1": "light",
   "2": "bias",
   "3": "dark",
   "4": "flat"
  },
  "master_signs": [
   {
    "key": "CALIB_CREATE_DATE",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": null,
    "match": null,
    "group": 0
   },
   {
    "key": "INTEGRAT",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": "light",
    "nothing": [],
    "letters": null,
    "match": null,
    "group": 0
   }
  ],
  "master_programs": [
   "dwarf_stack",
   "seestar_stack"
  ],
  "calibration": [
   {
    "key": "CALSTAT",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "from_value",
    "match": "^[BDFMS ]*$",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "B",
    "match": "^Bias (Subtraction|corrected with)",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "D",
    "match": "^Dark (Subtraction|corrected with)",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "F",
    "match": "^Flat (Field\\b|corrected with)",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "D",
    "match": "Auto Dark Subtraction",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "?",
    "match": "^Process Calibrate",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "D",
    "match": "^Calibrated with an? .*\\bmaster dark\\b",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "B",
    "match": "^Calibrated with an? .*\\b(master bias|synthetic bias|bias)\\b",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "F",
    "match": "^Calibrated with an? .*\\bmaster flat\\b",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "B",
    "match": "ImageCalibration\\.masterBias\\.enabled:\\s*true",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "D",
    "match": "ImageCalibration\\.masterDark\\.enabled:\\s*true",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "F",
    "match": "ImageCalibration\\.masterFlat\\.enabled:\\s*true",
    "group": 0
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "?",
    "match": "Calibration with ImageCalibration process",
    "group": 0
   },
   {
    "key": "PixInsight:ProcessingHistory",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "?",
    "match": "class=\"ImageCalibration\"",
    "group": 0
   },
   {
    "key": "PCL:Signature:Calibration",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "?",
    "match": null,
    "group": 0
   },
   {
    "key": "DARK_CNT",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": "light",
    "nothing": [],
    "letters": "D",
    "match": "^[1-9]",
    "group": 0
   },
   {
    "key": "COMMENT",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "D",
    "match": "\\bDark subtracted",
    "group": 0
   },
   {
    "key": "COMMENT",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": "F",
    "match": "\\bFlat divided",
    "group": 0
   }
  ],
  "master_normalization": [
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": null,
    "match": ",(un|[a-z+]+?)normalizedinput",
    "group": 1
   },
   {
    "key": "HISTORY",
    "factor": 1.0,
    "unbinned": false,
    "only": [],
    "never": [],
    "beside": null,
    "kind": null,
    "nothing": [],
    "letters": null,
    "match": "ImageIntegration\\.outputNormalization:([A-Za-z+]+?)(?=ImageIntegration\\.|$)",
    "group": 1
   }
  ],
  "normalization_none": [
   "none",
   "nonormalization",
   "un"
  ],
  "twins": [
   {
    "field": "exposure_s",
    "keys": [
     "EXPTIME",
     "EXPOSURE"
    ],
    "percent": 1.0
   }
  ]
 },
 "rules": {
  "AG301": "The steps stand in the order calibrate, cosmetic correction, debayer, align, integrate.",
  "AG302": "Frames are calibrated before they are debayered.",
  "AG303": "The dark is subtracted as it is, not scaled.",
  "AG304": "The bias level is subtracted once.",
  "AG305": "A divided dark is used together with a bias.",
  "AG306": "Lights are calibrated with a dark.",
  "AG307": "Cosmetic correction comes after the dark.",
  "AG308": "Frames are calibrated before they are aligned.",
  "AG309": "Darks, flat-darks and biases are integrated without normalisation.",
  "AG310": "Darks, flat-darks and biases are combined to their mean or median.",
  "AG311": "Each kind of master is applied once.",
  "AG312": "The flat divides what was in the light only: dark or bias come off first.",
  "AG313": "Cosmetic correction from a dark is not dark subtraction.",
  "AG314": "Steps know whether the frames are a colour mosaic.",
  "AG315": "Every master that is used is defined, before its use, and of the right kind.",
  "AG316": "What a plan says of a dark's bias is what its steps make.",
  "AG317": "Flats have their own dark or bias subtracted before they are integrated.",
  "AG318": "Lights are divided by a flat."
 },
 "plan": {
  "Plan": {
   "plan": {
    "null": false,
    "words": [
     1
    ],
    "default": 1
   },
   "tool": {
    "null": false,
    "type": "string"
   },
   "masters": {
    "null": false,
    "list": "Master",
    "default": []
   },
   "groups": {
    "null": false,
    "list": "Group",
    "default": []
   },
   "allowed": {
    "null": false,
    "list": "Allowance",
    "default": []
   }
  },
  "Master": {
   "id": {
    "null": false,
    "type": "string"
   },
   "role": {
    "null": false,
    "words": [
     "dark",
     "flatdark",
     "flat",
     "bias"
    ]
   },
   "file": {
    "null": true,
    "type": "string",
    "default": null
   },
   "frames": {
    "null": false,
    "list": "string",
    "default": []
   },
   "steps": {
    "null": false,
    "list": "Step",
    "default": []
   },
   "holds_bias": {
    "null": true,
    "type": "boolean",
    "default": null
   },
   "settings": {
    "null": false,
    "map": true,
    "default": {}
   }
  },
  "Group": {
   "id": {
    "null": false,
    "type": "string"
   },
   "frames": {
    "null": false,
    "list": "string"
   },
   "steps": {
    "null": false,
    "list": "Step"
   },
   "settings": {
    "null": false,
    "map": true,
    "default": {}
   },
   "cfa": {
    "null": true,
    "type": "boolean",
    "default": null
   },
   "bayer_pattern": {
    "null": true,
    "type": "string",
    "default": null
   },
   "width": {
    "null": true,
    "type": "number",
    "default": null
   },
   "height": {
    "null": true,
    "type": "number",
    "default": null
   }
  },
  "Allowance": {
   "rule": {
    "null": false,
    "type": "string"
   },
   "reason": {
    "null": false,
    "type": "string"
   },
   "where": {
    "null": true,
    "type": "string",
    "default": null
   }
  },
  "steps": {
   "calibrate": {
    "step": {
     "null": false,
     "words": [
      "calibrate"
     ],
     "default": "calibrate"
    },
    "dark": {
     "null": true,
     "type": "string",
     "default": null
    },
    "bias": {
     "null": true,
     "type": "string",
     "default": null
    },
    "flat": {
     "null": true,
     "type": "string",
     "default": null
    },
    "bias_level_adu": {
     "null": true,
     "type": "number",
     "default": null
    },
    "dark_scaling": {
     "null": false,
     "words": [
      "none",
      "optimize",
      "exposure"
     ],
     "default": "none"
    },
    "equalize_cfa": {
     "null": false,
     "type": "boolean",
     "default": false
    }
   },
   "cosmetic": {
    "step": {
     "null": false,
     "words": [
      "cosmetic"
     ],
     "default": "cosmetic"
    },
    "method": {
     "null": false,
     "words": [
      "dark",
      "map",
      "auto"
     ],
     "default": "dark"
    },
    "dark": {
     "null": true,
     "type": "string",
     "default": null
    },
    "hot_sigma": {
     "null": true,
     "type": "number",
     "default": 3.0
    },
    "cold_sigma": {
     "null": true,
     "type": "number",
     "default": null
    },
    "cfa": {
     "null": false,
     "type": "boolean",
     "default": false
    }
   },
   "debayer": {
    "step": {
     "null": false,
     "words": [
      "debayer"
     ],
     "default": "debayer"
    },
    "pattern": {
     "null": true,
     "type": "string",
     "default": null
    },
    "method": {
     "null": true,
     "type": "string",
     "default": null
    }
   },
   "align": {
    "step": {
     "null": false,
     "words": [
      "align"
     ],
     "default": "align"
    },
    "drizzle": {
     "null": false,
     "type": "boolean",
     "default": false
    }
   },
   "integrate": {
    "step": {
     "null": false,
     "words": [
      "integrate"
     ],
     "default": "integrate"
    },
    "combination": {
     "null": false,
     "words": [
      "mean",
      "median",
      "sum",
      "min",
      "max"
     ],
     "default": "mean"
    },
    "rejection": {
     "null": false,
     "words": [
      "none",
      "percentile",
      "sigma",
      "mad",
      "median_sigma",
      "winsorized",
      "linear_fit",
      "gesdt"
     ],
     "default": "winsorized"
    },
    "low_sigma": {
     "null": false,
     "type": "number",
     "default": 3.0
    },
    "high_sigma": {
     "null": false,
     "type": "number",
     "default": 3.0
    },
    "normalization": {
     "null": false,
     "words": [
      "none",
      "additive",
      "multiplicative",
      "additive_scaling",
      "multiplicative_scaling"
     ],
     "default": "none"
    },
    "output_normalized": {
     "null": false,
     "type": "boolean",
     "default": false
    }
   }
  }
 },
 "processes": {
  "ImageCalibration": {
   "targets": "targetFrames",
   "enums": [
    "cfaPattern",
    "pedestalMode",
    "darkCFADetectionMode",
    "noiseEvaluationAlgorithm",
    "psfType",
    "outputSampleFormat",
    "outputPedestalMode",
    "onError"
   ],
   "newer": [
    "autoPedestalLimit",
    "cosmeticCorrectionHigh",
    "cosmeticCorrectionLow",
    "cosmeticHighSigma",
    "cosmeticKernelRadius",
    "cosmeticLowSigma",
    "cosmeticShowMap",
    "cosmeticShowMapAndStop",
    "generateFITSKeywords",
    "generateHistoryProperties"
   ],
   "hints": "fits-keywords normalize raw cfa signed-is-physical"
  },
  "CosmeticCorrection": {
   "targets": "targetFrames",
   "enums": [],
   "newer": [
    "generateHistoryProperties"
   ],
   "hints": null
  },
  "Debayer": {
   "targets": "targetItems",
   "enums": [
    "cfaPattern",
    "debayerMethod",
    "noiseEvaluationAlgorithm",
    "psfType",
    "onError"
   ],
   "newer": [
    "generateFITSKeywords",
    "generateHistoryProperties"
   ],
   "hints": "raw cfa",
   "patterns": [
    "Auto",
    "BGGR",
    "BGRG",
    "GBGR",
    "GBRG",
    "GRBG",
    "GRGB",
    "RGBG",
    "RGGB"
   ]
  },
  "StarAlignment": {
   "targets": "targets",
   "enums": [
    "rbfType",
    "fitPSF",
    "intersection",
    "mode",
    "pixelInterpolation",
    "outputSampleFormat",
    "onError"
   ],
   "newer": [
    "generateHistoryProperties",
    "maxSplinePoints",
    "ransacTolerance",
    "rbfType",
    "rigidTransformations",
    "splineOutlierDetectionMinThreshold",
    "splineOutlierDetectionRadius",
    "splineOutlierDetectionSigma"
   ],
   "hints": null
  },
  "ImageIntegration": {
   "targets": "images",
   "enums": [
    "imageType",
    "combination",
    "weightMode",
    "weightScale",
    "normalization",
    "rejection",
    "rejectionNormalization",
    "noiseEvaluationAlgorithm",
    "psfType"
   ],
   "newer": [
    "csvWeightsFilePath",
    "generateFITSKeywords",
    "generateSlopeMaps",
    "imageType",
    "minWeight",
    "overrideImageType"
   ],
   "hints": "fits-keywords normalize raw cfa signed-is-physical"
  }
 },
 "integration": {
  "rejection_from": 3,
  "percentile_up_to": 6,
  "percentile": 0.3,
  "sigma": 3.0
 },
 "iso": [
  "\\bCanon\\b|\\bEOS\\b",
  "\\bNikon\\b|\\bPentax\\b|\\bFujifilm\\b|\\bOlympus\\b|\\bSony (ILCE|DSC|SLT|Alpha)"
 ],
 "proof": {
  "done": {
   "applied": "dark applied",
   "scaled": "dark applied scaled",
   "not_applied": "NO dark applied",
   "applied_twice": "dark applied TWICE",
   "wrong_dark": "WRONG dark applied",
   "contradiction": "header and pixels DISAGREE",
   "undecided": "not known"
  },
  "success": {
   "clean": "clean",
   "residual": "NOT clean: something is left",
   "oversubtracted": "NOT clean: too much was taken",
   "undecided": "not proved"
  }
 },
 "report": {
  "fields": {
   "exposure_s": [
    "exposure",
    " s"
   ],
   "temperature_c": [
    "temperature",
    " C"
   ],
   "setpoint_c": [
    "set point",
    " C"
   ],
   "readout_mode": [
    "readout mode",
    ""
   ],
   "conversion_gain": [
    "conversion gain",
    ""
   ],
   "camera_serial": [
    "serial",
    ""
   ],
   "pixel_um": [
    "pixel pitch",
    " um"
   ],
   "xbinning": [
    "binning",
    ""
   ],
   "ybinning": [
    "binning",
    ""
   ],
   "roi_x": [
    "subframe x",
    ""
   ],
   "roi_y": [
    "subframe y",
    ""
   ],
   "row_order": [
    "row order",
    ""
   ],
   "bayer_pattern": [
    "Bayer pattern",
    ""
   ],
   "software": [
    "program",
    ""
   ],
   "focal_length_mm": [
    "focal length",
    " mm"
   ],
   "kind": [
    "type",
    ""
   ],
   "stack_count": [
    "frames combined",
    ""
   ],
   "calibrated": [
    "calibrated before",
    ""
   ]
  },
  "roles": {
   "dark": "dark",
   "flatdark": "flat-dark",
   "flat": "flat",
   "bias": "bias"
  }
 }
};
