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
 "numbers": {
  "bias_exposure_s": 0.01,
  "session_gap_s": 28800.0,
  "nearest": 20,
  "old_d": 30,
  "raw_bits": 16,
  "no_effect": 0.005
 },
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": 3.99,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": 3.62,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": 3.584,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": 0.768,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "e_per_adu_at_0": null,
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
    "field": "egain_e_per_adu",
    "as": "egain",
    "rows": [
     {
      "key": "EGAIN",
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
      "key": "CVF",
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
      "key": "EGAINSAV",
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
      "key": "GAINADU",
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
      "key": "Instrument:Camera:Gain",
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
    "match": "made:mean,.*?normalization([a-z_]+);",
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
 "pages": {
  "AG103": "AG103: The lights are raw: no dark, bias or flat was applied before.\n\nWhat it checks\n    Signs of calibration in the header of each light: CALSTAT, HISTORY, flags of capture programs. A calibrated light is\n    an error, and so is one that a processing program wrote as 32-bit samples, or under the name it gives to calibrated\n    frames (pp_): no camera does that. 16-bit frames that Siril converted from camera RAW are raw. Where a header\n    cannot tell, the rule is skipped. The absence of signs is no proof: devices that subtract a dark write nothing.\n\nWhy it matters\n    A second dark subtracts glow and hot pixels twice: the bright corner turns into a dark one, pixels turn black.\n\nHow to fix it\n    Use the raw lights. Switch off calibration in the capture program.\n\nSource\n    CALSTAT letters and HISTORY lines of real headers. Siril 1.0.6, run: its calibrated frames carry PROGRAM and no\n    HISTORY at all.",
  "AG104": "AG104: The lights are single exposures, not stacks.\n\nWhat it checks\n    Stack counts, the word master and live-stack cards in the header of each light. A stack is an error. Where the\n    header says nothing of a stack the light is taken as single; where not even the exposure is known, the rule is\n    skipped.\n\nWhy it matters\n    A stack has been aligned: the glow is smeared along the drift, and no dark lies on it any more. Its exposure and\n    noise are not those of the darks.\n\nHow to fix it\n    Calibrate the single lights. Keep them on the device (smart telescopes: switch on saving of single frames).\n\nSource\n    Stack cards of live-stacking programs and devices in real headers.",
  "AG105": "AG105: The lights still are the sensor's mosaic, not colour images.\n\nWhat it checks\n    The number of planes of each light. More than one is an error.\n\nWhy it matters\n    Debayering mixes each pixel with its neighbours. A dark subtracted afterwards no longer lies on the hot pixels,\n    which have become coloured blots, and the glow of the mosaic's colours is mixed.\n\nHow to fix it\n    Use the raw mosaic: calibrate, repair, then debayer. In Siril convert without '-debayer'; in PixInsight run\n    ImageCalibration before Debayer.\n\nSource\n    Arithmetic: dark subtraction is exact only on the samples that were read.",
  "AG113": "AG113: EXPTIME and EXPOSURE of one frame agree.\n\nWhat it checks\n    Frames that have both cards. More than 1 percent apart is a warning; an error where lights and darks do not\n    disagree in the same way, since then nobody knows which of the two exposures is the real one. Stacks are not\n    judged: one of the cards may be their sum.\n\nWhy it matters\n    Programs read one card or the other. A dark that is matched by the wrong one leaves glow, or subtracts too much.\n\nHow to fix it\n    Look up the real exposure in the log of the capture program and correct the wrong card; or leave these frames out.\n\nSource\n    Own judgement; five programs write both cards (real headers), and they agree.",
  "AG221": "AG221: A master dark was combined without normalisation.\n\nWhat it checks\n    What HISTORY of a master dark, flat-dark or bias says about normalisation of its frames (Siril from 1.2,\n    PixInsight). Any is an error for a dark and a warning for the others. Single frames and masters that do not tell\n    are skipped.\n\nWhy it matters\n    Normalisation brings all frames to one level before they are combined. In darks the level is what is to be\n    measured: additive normalisation moves the pedestal to that of the reference frame, a multiplicative one scales\n    glow and hot pixels with it. The master then no longer is what the sensor adds to a light.\n\nHow to fix it\n    Build the master again without normalisation: '-nonorm' in Siril, No normalization in ImageIntegration.\n\nSource\n    HISTORY of masters by Siril 1.4 and PixInsight 1.8.8 (real headers).",
  "AG301": "AG301: The steps stand in the order calibrate, cosmetic correction, debayer, align, integrate.\n\nWhat it checks\n    In each group of lights, and in each master that is built, no step stands behind one that must come\n    later. Debayering, cosmetic correction and alignment before calibration have rules of their own\n    (AG302, AG307, AG308), and so has the removal of a gradient (AG319). A master that is averaged without\n    normalisation and calibrated afterwards is fine: both are linear.\n\nWhy it matters\n    Each step relies on what the one before left: a dark fits the raw mosaic only, hot pixels are single\n    pixels only until they are interpolated or resampled, colours can be interpolated only while the\n    mosaic is intact, and a stack of frames that were not aligned is a blur.\n\nHow to fix it\n    Put the steps into that order.\n\nSource\n    Order of operations of Siril (calibrate, then cosmetic correction, then debayer, inside one command)\n    and of PixInsight's processes ImageCalibration, CosmeticCorrection, Debayer, StarAlignment,\n    ImageIntegration.",
  "AG302": "AG302: Frames are calibrated before they are debayered.\n\nWhat it checks\n    No debayer step stands before a calibration that uses a master. Taking single colours out of the mosaic\n    (Siril's 'seqextract_Ha' and the like) counts as debayering where the dark is a mosaic still.\n\nWhy it matters\n    Debayering interpolates each missing colour from its neighbours. Afterwards the glow, the hot pixels\n    and the flat of one pixel have leaked into others, and no dark can take them out. Siril refuses a\n    mosaic dark on three planes, and PixInsight subtracts something that no longer fits.\n\nHow to fix it\n    Calibrate the mosaic, then debayer: 'calibrate light -dark=... -flat=... -cfa -debayer' in Siril;\n    ImageCalibration before Debayer in PixInsight. Convert without '-debayer'.\n\nSource\n    Siril 1.0 to 1.4, run: three-plane lights with a mosaic dark end with \"Images must have same\n    dimensions\"; with a mosaic flat the flat is skipped without an error.",
  "AG303": "AG303: The dark is subtracted as it is, not scaled.\n\nWhat it checks\n    No calibration optimises the dark or scales it by exposure. Wrong for every camera where the dark still holds\n    its bias or no bias is subtracted, since the bias level is scaled too. Otherwise an error for a sensor that\n    glows, a warning where the sensor is unknown to a script, and fine for a sensor known to be free of glow.\n\nWhy it matters\n    One factor cannot fit hot pixels and glow: glow does not follow the dark current. What optimisation finds is\n    the factor of the hot pixels, and the corner stays bright or turns dark.\n\nHow to fix it\n    Take darks of the lights' exposure and subtract them unscaled. Siril: no '-opt'. PixInsight: \"Optimize\" off in\n    the master dark section of ImageCalibration; it is on by default.\n\nSource\n    Siril 1.0.6, 1.2.6 and 1.4.2, run: the search finds 1.03 where 1 is right, 1.998 where 3 is right; with an undivided\n    dark as many bias levels are removed. Makers of CMOS cameras advise matching darks without scaling.",
  "AG304": "AG304: The bias level is subtracted once.\n\nWhat it checks\n    Where a bias frame or a constant level is subtracted beside a dark, the dark must be divided, that\n    is, free of bias. Fails for a dark that holds its bias; warns where nobody knows. Steps one after the\n    other count like one step. Flats and their flat-darks are judged alike.\n\nWhy it matters\n    A raw dark already holds the bias level. Taken away twice, the sky background sinks by one pedestal;\n    dark pixels turn negative and are cut off, and the flat no longer fits. No host notices.\n\nHow to fix it\n    Leave the bias out: a dark that holds its bias is all that the light needs. Or subtract the bias from\n    the darks before they are integrated. In PixInsight \"Calibrate\" of the master dark does that.\n\nSource\n    Siril 1.0.6, 1.2.6 and 1.4.2, run: '-bias' and '-dark' with an undivided dark remove 2.0 pedestals\n    of 500 ADU; HISTORY is the same as of the right pair, and only sky below one pedestal draws a warning.",
  "AG305": "AG305: A divided dark is used together with a bias.\n\nWhat it checks\n    Where a dark that is free of bias is subtracted, a bias frame or a constant level must be subtracted\n    too. Where nobody knows whether the dark holds its bias, the rule is skipped and says so.\n\nWhy it matters\n    The light keeps its whole bias level. The flat then divides this constant too, which leaves an\n    inverse image of the vignetting, and the sky level is wrong.\n\nHow to fix it\n    Add the master bias, or use a dark that still holds its bias. For a reused master write\n    'holds_bias: true' or 'false' into the plan once you know: the median of a dark that holds it is\n    close to that of a bias frame.\n\nSource\n    Siril 1.0.6, 1.2.6 and 1.4.2, run: a divided dark alone leaves one whole pedestal in the light. Neither\n    header nor log of a master tells the two kinds apart.",
  "AG306": "AG306: Lights are calibrated with a dark.\n\nWhat it checks\n    Every group of lights that is calibrated has a dark subtracted. A script that does not calibrate at\n    all is not judged, but for an info where it debayers; it may be for frames that are calibrated already.\n    If it builds a master dark and then goes on with lights that it converts itself, it is. A plan without\n    any calibration is warned of, as a plan is meant to say all that is done; unless it removes a gradient from frames\n    of which it brings the proofs (AG319).\n\nWhy it matters\n    Nothing but a dark of the same exposure, gain, temperature and mode removes amp glow. A bias or a flat\n    does not, cosmetic correction only hides hot pixels, and a gradient tool bends the sky to hide it.\n\nHow to fix it\n    Add a matching master dark to the calibration.\n\nSource\n    Siril 1.0 to 1.4, run: 'calibrate' without any master succeeds, names its output pp_ and copies the\n    light. PixInsight runs with the master dark disabled without a word.",
  "AG307": "AG307: Cosmetic correction comes after the dark.\n\nWhat it checks\n    No cosmetic correction stands before a calibration that subtracts a dark.\n\nWhy it matters\n    Cosmetic correction replaces a hot pixel by its neighbours. When the dark is subtracted afterwards, it\n    takes the hot pixel's signal from a pixel that no longer has it: every repaired pixel becomes a hole.\n\nHow to fix it\n    Subtract the dark first. In Siril both are one command ('-dark=... -cc=dark'), in the right order;\n    in PixInsight run ImageCalibration before CosmeticCorrection.\n\nSource\n    Arithmetic; order of operations inside Siril's calibration and PixInsight's ImageCalibration.",
  "AG308": "AG308: Frames are calibrated before they are aligned.\n\nWhat it checks\n    No alignment stands before a calibration that uses a master.\n\nWhy it matters\n    Glow, hot pixels, dust and vignetting stay with the sensor, stars do not. Once a frame has been shifted,\n    rotated or resampled to the stars, dark and flat no longer lie over the pixels they were made for.\n\nHow to fix it\n    Calibrate the raw frames, then align them.\n\nSource\n    Arithmetic; the order of Siril's official scripts and of PixInsight's batch processing.",
  "AG309": "AG309: Darks, flat-darks and biases are integrated without normalisation.\n\nWhat it checks\n    Masters of darks, flat-darks and biases are combined with normalisation 'none'; no master is output\n    normalised. Flats may be scaled (multiplicative), not shifted (additive: warning).\n\nWhy it matters\n    A dark is a measurement of level. Normalising shifts or scales the frames to a reference, and output\n    normalisation stretches the result to the full range; subtracting that removes some other amount.\n    A flat is a ratio: scaling keeps it, shifting or stretching does not.\n\nHow to fix it\n    Siril: 'stack dark rej 3 3 -nonorm' without '-output_norm'; flats '-norm=mul'. PixInsight:\n    NoNormalization for darks and biases, Multiplicative for flats.\n\nSource\n    Siril 1.0.6, 1.2.6 and 1.4.2, run: a master dark stacked with '-output_norm' was subtracted 7.29 times\n    too strongly with 0.13 of the pedestal. Additive normalisation does little harm while the darks are equal,\n    and all the more when temperature or level drifted.",
  "AG310": "AG310: Darks, flat-darks and biases are combined to their mean or median.\n\nWhat it checks\n    Masters of darks, flat-darks and biases are not summed, and not the minimum or maximum of their frames.\n\nWhy it matters\n    A light holds the glow of one exposure. A sum of N darks holds it N times; minimum and maximum sit to one\n    side of the level by some multiple of the noise, and the maximum keeps every cosmic ray.\n\nHow to fix it\n    Combine by mean with rejection, or by median.\n\nSource\n    Arithmetic; Siril's official scripts use mean with rejection for every master.",
  "AG311": "AG311: Each kind of master is applied once.\n\nWhat it checks\n    In the steps of one group (or of one master) a dark is subtracted at most once, a bias at most once, and a\n    flat is divided out at most once. Two steps with different masters (first the dark, then the flat) are fine.\n\nWhy it matters\n    A second dark takes the glow away again where it is already gone: the corner turns dark, and hot pixels\n    become holes. The header of the result looks right, but for a repeated line.\n\nHow to fix it\n    Remove the second calibration, or feed it the raw frames instead of the calibrated ones (pp_, _c).\n\nSource\n    Siril 1.0.6, 1.2.6 and 1.4.2, run: 'calibrate pp_light -dark=...' gives factor 2.0 and 2 pedestals, and\n    ends with success.",
  "AG312": "AG312: The flat divides what was in the light only: dark or bias come off first.\n\nWhat it checks\n    Where lights are divided by a flat, a dark, a bias or a constant level is subtracted in the same step or\n    before. Fails where it is subtracted after the flat; warns where it is not subtracted at all.\n\nWhy it matters\n    The flat corrects what came through the optics. Bias level and glow did not: divided by the flat they grow\n    toward the corners, and a dark subtracted afterwards no longer has their shape.\n\nHow to fix it\n    Give the dark in the same calibration as the flat.\n\nSource\n    Arithmetic: (light - dark) / flat, the order inside Siril's calibrate and PixInsight's ImageCalibration.",
  "AG313": "AG313: Cosmetic correction from a dark is not dark subtraction.\n\nWhat it checks\n    Lights that are calibrated and cosmetically corrected from a master dark (or a map made of one) also have a\n    dark subtracted. Frames that are only corrected, without any calibration beside it, are not judged.\n\nWhy it matters\n    Cosmetic correction looks for hot pixels in the dark and replaces those pixels in the light. It subtracts\n    nothing: the hot pixels vanish, which looks like a calibrated frame, and all of the glow stays.\n\nHow to fix it\n    Give the dark to the calibration as well: Siril '-dark=...'; PixInsight the master dark of\n    ImageCalibration, not only that of CosmeticCorrection.\n\nSource\n    Siril 1.2.6 and 1.4.2, run: '-cc=bpm' without '-dark' repaired 553 hot pixels and removed 0.0 of the dark.\n    PixInsight's CosmeticCorrection uses its master dark as a map of defects only.",
  "AG314": "AG314: Steps know whether the frames are a colour mosaic.\n\nWhat it checks\n    Where it is known whether the frames are a mosaic ('cfa'): cosmetic correction on a mosaic takes\n    neighbours of the same colour, on anything else it need not; mono frames are not debayered; a mosaic is not\n    resampled by alignment before it is debayered, unless by drizzle; the pattern of the debayering is that of\n    the frames.\n\nWhy it matters\n    Repairing a red pixel from green neighbours leaves coloured dots. Debayering mono frames invents colour\n    and blurs. Aligning a mosaic mixes its colours for good. The wrong pattern swaps colours.\n\nHow to fix it\n    Siril: '-cfa' for a colour camera, '-debayer' for it only. PixInsight: \"CFA\" in CosmeticCorrection;\n    Debayer for colour cameras only.\n\nSource\n    Siril: '-cc=dark' without '-cfa' on a mosaic repairs from pixels of other colours; Siril 1.0 and 1.2 log\n    that registering a CFA sequence is a bad idea. PixInsight: CosmeticCorrection's 'cfa' is off by default.",
  "AG315": "AG315: Every master that is used is defined, before its use, and of the right kind.\n\nWhat it checks\n    Each id of a dark, bias or flat in a step belongs to a master of the plan that stands before its user; ids\n    are unique; a master is either a file or built from frames, and several frames are integrated. The kinds fit:\n    lights get no bias or flat as their dark, and nothing but a flat as their flat.\n\nWhy it matters\n    A host that does not find a master stops in the night's middle; one that finds an old file of that name uses\n    it without a word. A bias given as the dark runs through everywhere, and removes no glow at all.\n\nHow to fix it\n    Correct the id, or add the master under 'masters', above those that use it.\n\nSource\n    Siril 1.0.6, 1.2.6 and 1.4.2, run: '-dark=' with a master bias gives \"Calibrated with a master dark\" in the\n    header, while 0.000 of the dark is removed.",
  "AG316": "AG316: What a plan says of a dark's bias is what its steps make.\n\nWhat it checks\n    For darks and flat-darks that the plan builds: 'holds_bias: false' needs a step that subtracts a bias, and\n    'holds_bias: true' must not have one.\n\nWhy it matters\n    Whether the lights need a bias hangs on this one word. If it contradicts the steps, one of the two is wrong,\n    and one bias level too many or too few is taken from every light.\n\nHow to fix it\n    Leave 'holds_bias' out for a dark that the plan builds, or correct it. Frames that had their bias subtracted\n    before they came into the plan are better integrated first and given as a 'file' with 'holds_bias: false'.\n\nSource\n    Arithmetic; see AG304 and AG305.",
  "AG317": "AG317: Flats have their own dark or bias subtracted before they are integrated.\n\nWhat it checks\n    Every master flat that is built from frames has a flat-dark, a bias or a constant level subtracted. In a script\n    it is an info where flats are only integrated, as another script may have calibrated them.\n\nWhy it matters\n    The bias level in a flat is not light. Divided by it, vignetting and dust are under-corrected, by the share that\n    the level has in the flat: 500 of 20 000 ADU make 2.5 percent.\n\nHow to fix it\n    Take 20 or more flat-darks: exposure, gain and offset of the flats, telescope covered. A master bias serves too\n    for short flats.\n\nSource\n    Arithmetic; Siril's official scripts calibrate flats with the master bias before stacking them.",
  "AG318": "AG318: Lights are divided by a flat.\n\nWhat it checks\n    In a plan, every group of lights that is calibrated has a flat. Scripts are not judged: many do without.\n\nWhy it matters\n    Without a flat, vignetting and dust stay. Vignetting makes the corners dark, and what is left of a glow there\n    harder to see and to judge.\n\nHow to fix it\n    Take flats with the same optics, focus, rotation and filter, or go on without them, knowingly.\n\nSource\n    Practice; the dark does its work without a flat."
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
   },
   "gradient": {
    "step": {
     "null": false,
     "words": [
      "gradient"
     ],
     "default": "gradient"
    },
    "samples": {
     "null": false,
     "type": "number",
     "default": 20
    },
    "tolerance": {
     "null": false,
     "type": "number",
     "default": 0.5
    },
    "smoothing": {
     "null": false,
     "type": "number",
     "default": 0.5
    },
    "evidence": {
     "null": false,
     "list": "LeftGlow",
     "default": []
    },
    "sha256": {
     "null": false,
     "list": "string",
     "default": []
    },
    "unchecked": {
     "null": false,
     "list": "string",
     "default": []
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
 "gain_by_electrons": {
  "highest": 600,
  "rounding": 0.1,
  "own": "sequence generator|\\bSGP|sharpcap"
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
