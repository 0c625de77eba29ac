// The table and the sentence of the pre-flight, word for word those of `ampglow check`. ES5, no PixInsight needed.

AG.CHECK_HEADINGS = ["Frames", "Calibrated with", "Fit", "What differs"];

// Control and format characters (escapes, direction marks) made visible.
AG.clean = function( text ) {
   return String( text ).replace( /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff]/g, function( c ) {
      var code = c.charCodeAt( 0 ).toString( 16 );
      return code.length > 2 ? "\\u" + ("0000" + code).slice( -4 ) : "\\x" + ("00" + code).slice( -2 );
   } );
};

// Six significant digits without a tail of zeros.
AG.digits = function( value ) {
   if ( value === 0 )
      return "0";
   var parts = value.toExponential( 5 ).split( "e" ), exponent = Number( parts[1] );
   function bare( text ) {
      return text.indexOf( "." ) < 0 ? text : text.replace( /0+$/, "" ).replace( /\.$/, "" );
   }
   if ( exponent >= -4 && exponent < 6 )
      return bare( value.toFixed( 5 - exponent ) );
   return bare( parts[0] ) + "e" + (exponent < 0 ? "-" : "+") + (Math.abs( exponent ) < 10 ? "0" : "") + Math.abs( exponent );
};

// The field as owners of the camera call it.
AG.fieldName = function( field, camera ) {
   return field == "gain" ? AG.gainWord( camera ) : (AG.tables.report.fields[field] || [field, ""])[0];
};

// A value with its unit: "180 s"; "?" where it is not known.
AG.told = function( field, value, places ) {
   if ( typeof value == "boolean" )
      return value ? "yes" : "no";
   if ( typeof value == "number" ) {
      var number = field == "temperature_c" ? AG.round( value, places === undefined ? 2 : places ) : value;
      return AG.digits( number ) + (AG.tables.report.fields[field] || ["", ""])[1];
   }
   return AG.known( value ) === null ? "?" : String( value );
};

AG.gainWord = function( camera ) {
   return AG.tables.iso.some( function( pattern ) { return new RegExp( pattern, "i" ).test( camera || "" ); } ) ? "ISO" : "gain";
};

// "180 s, -10 C, gain 120, offset 30": what decides about the dark, as far as it is known.
AG.settingsText = function( group ) {
   var degrees = group.temperature_c !== null ? group.temperature_c : group.setpoint_c, binning = group.xbinning;
   return [
      group.exposure_s !== null ? AG.told( "exposure_s", group.exposure_s ) : "exposure ?",
      degrees !== null ? AG.told( "temperature_c", degrees, 1 ) : "",
      group.gain !== null ? AG.gainWord( group.camera ) + " " + AG.told( "gain", group.gain ) : "",
      group.offset !== null ? "offset " + AG.told( "offset", group.offset ) : "",
      typeof binning == "number" && binning > 1 ? "bin " + binning : "",
      group.readout_mode || ""
   ].filter( function( part ) { return part != ""; } ).join( ", " );
};

AG.ofFlats = function( match ) {
   return match.role == "flatdark" || match.id.indexOf( "flatbias" ) == 0;
};

// Lines that say which frames: number, object and filter; the camera where there are several; the settings.
AG.framesText = function( match, camera ) {
   var flats = AG.ofFlats( match ), count = match.lights.length;
   var names = [flats ? null : match.group.object, match.group.filter].filter( function( name ) { return name; } );
   var lines = [count + " " + (flats ? "flat" : "light") + (count > 1 ? "s" : "") + (names.length ? " " + AG.clean( names.join( ", " ) ) : "")];
   if ( camera && match.group.camera )
      lines.push( AG.clean( match.group.camera ) );
   return lines.concat( [AG.clean( AG.settingsText( match.group ) )] );
};

AG.withText = function( match ) {
   var role = AG.tables.report.roles[match.role];
   if ( match.dark === null )
      return "no " + role;
   return AG.clean( role + " " + AG.fileName( match.dark ) + (match.darks.length > 1 ? " (+" + (match.darks.length - 1) + ")" : "") );
};

AG.pairText = function( r, camera ) {
   if ( r.field == "kind" )
      return "its header says " + AG.told( "kind", r.dark_value );
   if ( r.field == "calibrated" )
      return r.light ? "calibrated before" : "the dark itself was calibrated with a dark or flat";
   if ( r.field == "stack_count" )
      return "not single exposures";
   return AG.fieldName( r.field, camera ) + " " + AG.told( r.field, r.dark_value ) + ", not " + AG.told( r.field, r.light );
};

// What differs between the frames and the set, or what is not known of it.
AG.differences = function( match ) {
   var camera = match.group.camera;
   if ( match.status == "none" ) {
      if ( !match.rejected_total )
         return "none given";
      var nearest = match.rejections.filter( function( r ) { return r.dark == match.rejections[0].dark; } );
      var count = match.rejected_total > 1 ? " (nearest of " + match.rejected_total + ")" : "";
      return AG.once( nearest.map( function( r ) { return AG.pairText( r, camera ); } ) ).join( "; " ) + count;
   }
   var parts = match.deviations.map( function( d ) {
      if ( d.field == "setpoint_c" )
         return "sensor not settled";
      if ( d.field == "temperature_c" && d.light === d.dark )
         return "set points only";
      return AG.fieldName( d.field, camera ) + " " + AG.told( d.field, d.dark ) + ", not " + AG.told( d.field, d.light );
   } );
   if ( match.status == "unknown" ) {
      var silent = ["exposure_s", "temperature_c", "gain", "readout_mode"].filter( function( field ) {
         return match.unknown.indexOf( field ) >= 0 || (field != "readout_mode" && match.not_recorded.indexOf( field ) >= 0);
      } );
      parts.push( silent.map( function( field ) { return AG.fieldName( field, camera ); } ).join( " and " ) + " not recorded" );
   }
   if ( match.age_days !== null && match.age_days > AG.tables.numbers.old_d )
      parts.push( match.age_days + " days apart" );
   return parts.join( "; " ) || "-";
};

// Without the bias beside a dark that fits, and without the missing flat-dark where a bias serves.
AG.inUse = function( matches ) {
   function key( match ) {
      return JSON.stringify( [AG.ofFlats( match ), match.lights] );
   }
   var biased = matches.filter( function( m ) {
      return m.role == "bias" && AG.ofFlats( m ) && (m.status == "exact" || m.status == "tolerated");
   } ).map( key );
   var darks = matches.filter( function( m ) { return (m.role == "dark" || m.role == "flatdark") && m.dark !== null; } ).map( key );
   return matches.filter( function( m ) {
      return !(m.role == "bias" && darks.indexOf( key( m ) ) >= 0) && !(m.role == "flatdark" && m.status == "none" && biased.indexOf( key( m ) ) >= 0);
   } );
};

// Rows of the table, each { frames: [lines] (empty where they are those above), with, fit, differs }.
AG.checkRows = function( matches ) {
   var cameras = AG.once( matches.map( function( m ) { return m.group.camera; } ) );
   var groups = AG.gather( AG.inUse( matches ), function( m ) { return [AG.ofFlats( m ), m.lights]; } );
   return AG.joined( groups.map( function( rows ) {
      return rows.map( function( match, i ) {
         return {
            frames: i == 0 ? AG.framesText( match, cameras.length > 1 ) : [], "with": AG.withText( match ), fit: match.status,
            differs: AG.clean( AG.differences( match ) )
         };
      } );
   } ) );
};

AG.groupsText = function( some, total ) {
   if ( total == 1 )
      return "the lights have";
   if ( some == total )
      return (total == 2 ? "both" : "all " + total) + " groups of lights have";
   return some + " of " + total + " groups of lights " + (some == 1 ? "has" : "have");
};

// { verdict: "go", "no_go" or "unknown", sentence }. errors: those of AG.errors, about single frames.
AG.verdict = function( matches, errors ) {
   var darks = matches.filter( function( m ) { return m.role == "dark"; } );
   function count( status ) {
      return darks.filter( function( m ) { return m.status == status; } ).length;
   }
   if ( !darks.length )
      return { verdict: "unknown", sentence: "there are no lights here, so nothing can be said about their darks." };
   if ( errors.length )
      return { verdict: "no_go", sentence: AG.onFrames( errors ) };
   var missing = count( "none" );
   if ( missing ) {
      var dark = darks.some( function( m ) { return m.rejected_total; } ) ? "dark that fits" : "dark";
      return { verdict: "no_go", sentence: missing == darks.length && missing > 1 ? "none of the " + missing + " groups of lights has a " + dark + "."
         : AG.groupsText( missing, darks.length ) + " no " + dark + "." };
   }
   if ( count( "unknown" ) )
      return { verdict: "unknown", sentence: AG.groupsText( count( "unknown" ), darks.length ) + " a dark, but the headers do not say whether it fits." };
   return { verdict: "go", sentence: AG.groupsText( darks.length, darks.length ) + " a dark that fits." };
};

AG.onFrames = function( errors ) {
   var files = AG.once( errors.map( function( e ) { return e.path; } ) );
   return files.length + (files.length == 1 ? " file" : " files") + " cannot be used (" + errors[0].message + ").";
};

AG.VERDICTS = { go: "GO", no_go: "NO GO", unknown: "UNKNOWN" };
