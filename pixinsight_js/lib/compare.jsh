// One field of the lights against the same field of a calibration set. ES5, no PixInsight needed.

AG.LEVEL_FIELDS = ["gain", "conversion_gain", "offset", "readout_mode", "bits", "row_order", "bayer_pattern", "software", "calibrated", "stack_count"];
AG.FLAT_FIELDS = ["gain", "row_order", "bayer_pattern", "filter", "focal_length_mm"];
AG.WORST = ["different", "unknown", "tolerated", "equal", "not_recorded", "not_applicable"];

AG.either = function( one, other, beyond ) {
   if ( one === null || other === null )
      return one === other ? "not_recorded" : "unknown";
   return one === other ? "equal" : beyond || "different";
};

AG.near = function( field, scope, one, other ) {
   if ( one === null || other === null )
      return one === other ? "not_recorded" : "unknown";
   var row = AG.limit( field, scope );
   return Math.abs( one - other ) <= AG.equalWithin( row, one ) ? "equal" : row.beyond;
};

AG.worse = function( one, other ) {
   return AG.WORST.indexOf( other ) < AG.WORST.indexOf( one ) ? other : one;
};

AG.farthest = function( span, value ) {
   if ( span === null )
      return null;
   return value === null || Math.abs( span[0] - value ) >= Math.abs( span[1] - value ) ? span[0] : span[1];
};

AG.compareExposure = function( light, dark ) {
   if ( light === null || dark === null )
      return light === dark ? "not_recorded" : "unknown";
   var row = AG.limit( "exposure_s", "all" ), difference = AG.round( Math.abs( light - dark ), 6 );
   if ( difference <= AG.equalWithin( row, light ) )
      return "equal";
   return difference <= AG.toleratedWithin( row, light ) ? "tolerated" : row.beyond;
};

AG.compareTemperature = function( light, lightBasis, dark, darkBasis, scope ) {
   if ( light === null || dark === null )
      return light === dark ? "not_recorded" : "unknown";
   var difference = AG.round( Math.abs( light - dark ), 6 );
   if ( lightBasis == "setpoint" && darkBasis == "setpoint" ) {
      var alone = AG.limit( "setpoint_c", "alone" );
      return difference <= alone.exact ? "tolerated" : alone.beyond;
   }
   var row = AG.limit( "temperature_c", scope );
   if ( difference <= row.exact && lightBasis == darkBasis )
      return "equal";
   return difference <= AG.toleratedWithin( row, light ) ? "tolerated" : row.beyond;
};

// Switches of the driver beside the readout mode: the factory setting equals silence.
AG.compareOptions = function( light, dark ) {
   function of( pairs, key ) {
      var found = pairs.filter( function( pair ) { return pair[0] == key; } );
      return found.length ? found[0][1] : null;
   }
   var outcome = "not_recorded";
   AG.tables.keywords.readout_options.forEach( function( row ) {
      var one = of( light, row.key ), other = of( dark, row.key );
      if ( one === null && other === null )
         return;
      var found = one === other ? "equal" : one !== null && other !== null ? "different"
         : (one || other) == row.factory ? "not_recorded" : "unknown";
      outcome = AG.worse( outcome, found );
   } );
   return outcome;
};

AG.compareSetting = function( name, light, dark, role, kind ) {
   var one = light[name], other = dark[name];
   switch ( name ) {
   case "planes":
      return Math.max( one || 1, other || 1 ) > 1 ? "different" : AG.either( one, other );
   case "gain":
   case "offset":
      return kind == "ccd" && (one === null || other === null) ? "not_applicable"
         : AG.either( one, other, role == "flat" ? "tolerated" : "different" );
   case "bits":
   case "software":
      return dark.master ? "not_applicable" : AG.either( one, other, "tolerated" );
   case "readout_mode":
      return AG.worse( AG.either( one, other ), AG.compareOptions( light.readout_options, dark.readout_options ) );
   case "row_order":
   case "bayer_pattern":
      return AG.either( one, other, "tolerated" );
   case "focal_length_mm":
      return AG.near( name, "flat", one, other );
   case "calibrated":
      return light.calibrated || dark.dark_subtracted ? "different" : light.calibrated === null ? "unknown" : "equal";
   case "stack_count":
      return light.master || (light.stack_count || 1) > 1 ? "different" : "equal";
   default:
      return AG.either( one, other );
   }
};

// Outcome by field of a set (or of what its members share) against a group.
AG.outcomes = function( group, set, role ) {
   var found = {};
   found.camera = AG.either( group.body.model, set.body.model );
   found.camera_serial = AG.either( group.body.serial, set.body.serial );
   found.pixel_um = found.camera == "equal" || found.camera == "different" ? "not_applicable"
      : AG.near( "pixel_um", "generic camera", group.body.pixel_um, set.body.pixel_um );
   AG.PIXELS.concat( role == "flat" ? AG.FLAT_FIELDS : AG.LEVEL_FIELDS ).forEach( function( name ) {
      found[name] = AG.compareSetting( name, group.settings, set.settings, role, group.body.kind );
   } );
   if ( AG.TIMED.indexOf( role ) < 0 )
      return found;
   found.exposure_s = AG.compareExposure( AG.farthest( group.exposures_s, set.exposure_s ), set.exposure_s );
   found.temperature_c = AG.compareTemperature( AG.farthest( group.temperatures_c, set.temperature_c ), group.basis,
      set.temperature_c, set.basis, AG.scope( group.settings.cooled, set.settings.cooled ) );
   if ( group.settled === false || set.settled === false )
      found.setpoint_c = "tolerated";
   return found;
};

AG.having = function( outcomes, outcome ) {
   return Object.keys( outcomes ).filter( function( name ) { return outcomes[name] == outcome; } );
};
