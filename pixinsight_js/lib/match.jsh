// Lights against darks, by the limits of the project's table. ES5, no PixInsight needed.
// The same cases run through this file and through Python; see tests/vectors.

var AG = AG || {};

AG.PIXELS = ["width", "height", "planes", "roi_x", "roi_y", "xbinning", "ybinning"];
AG.JUDGED = AG.PIXELS.concat( ["gain", "conversion_gain", "offset", "readout_mode", "bits", "row_order", "bayer_pattern", "software", "calibrated", "stack_count"] );
AG.STATUS = ["exact", "tolerated", "unknown", "none"];
AG.SESSION_GAP_MS = 8 * 3600 * 1000;

AG.known = function( value ) {
   return value === undefined ? null : value;
};

AG.limit = function( field, scope ) {
   var rows = AG.tables.limits;
   for ( var i = 0; i < rows.length; ++i )
      if ( rows[i].field == field && rows[i].scope == scope )
         return rows[i];
   throw new Error( "no limit for " + field + ", " + scope );
};

AG.equalWithin = function( row, value ) {
   return Math.max( row.exact, Math.abs( value ) * row.exact_percent / 100 );
};

AG.toleratedWithin = function( row, value ) {
   return Math.max( AG.equalWithin( row, value ), row.tolerated, Math.abs( value ) * row.tolerated_percent / 100, row.strong );
};

// --- facts of one frame

AG.model = function( text ) {
   if ( AG.known( text ) === null )
      return null;
   var name = text.toUpperCase();
   AG.tables.camera_texts.noise.forEach( function( row ) {
      name = name.replace( new RegExp( row.pattern, "g" ), row["with"] );
   } );
   return AG.tables.camera_texts.generic.indexOf( name ) >= 0 ? null : name;
};

AG.readout = function( text ) {
   if ( AG.known( text ) === null )
      return null;
   var name = text.trim().split( /\s+/ ).join( " " ).toLowerCase();
   return name == "" || AG.tables.camera_texts.readout_placeholders.indexOf( name ) >= 0 ? null : name;
};

// Pairs in a fixed order, so that equal switches make equal settings.
AG.options = function( given ) {
   return Object.keys( given ).sort().map( function( key ) { return [key, given[key].toLowerCase()]; } );
};

AG.program = function( text ) {
   if ( AG.known( text ) === null )
      return null;
   var name = text.toLowerCase().split( /\bversion\b|\bv?\d/ )[0].replace( /[^a-z]/g, "" );
   return name == "" || AG.tables.camera_texts.processing_programs.indexOf( name ) >= 0 ? null : name;
};

AG.facts = function( frame ) {
   var sensor = AG.sensorOf( frame.camera );
   var serial = AG.known( frame.camera_serial );
   serial = serial === null || serial.replace( /^[ 0]+|[ 0]+$/g, "" ) == "" ? null : serial.trim().toUpperCase();
   var cooled = sensor === null ? null : sensor.cooled;
   if ( AG.known( frame.setpoint_c ) !== null || AG.known( frame.cooler_power_pct ) !== null )
      cooled = true;
   var status = frame.calibration_status || "";
   var settings = {
      gain: AG.round( AG.known( frame.gain ), 6 ),
      offset: AG.round( AG.known( frame.offset ), 6 ),
      readout_mode: AG.readout( frame.readout_mode ),
      readout_options: AG.options( frame.readout_options || {} ),
      bayer_pattern: frame.bayer_pattern ? frame.bayer_pattern.toUpperCase() : null,
      software: AG.program( frame.software ),
      filter: frame.filter ? frame.filter.trim().toLowerCase() : null,
      focal_length_mm: AG.round( AG.known( frame.focal_length_mm ), 1 ),
      dark_subtracted: /[DF]/.test( status ),
      master: frame.master === true,
      cooled: cooled
   };
   AG.PIXELS.concat( ["conversion_gain", "bits", "row_order", "calibrated", "stack_count"] ).forEach( function( name ) {
      settings[name] = AG.known( frame[name] );
   } );
   var measured = AG.round( AG.known( frame.temperature_c ), 6 ), setpoint = AG.round( AG.known( frame.setpoint_c ), 6 );
   return {
      frame: frame,
      body: { model: AG.model( frame.camera ), serial: serial, pixel_um: AG.round( AG.known( frame.pixel_um ), 4 ), kind: sensor ? sensor.kind : AG.tables.sensor_kinds[frame.sensor] || null },
      settings: settings,
      exposure_s: AG.round( AG.known( frame.exposure_s ), 6 ),
      temperature_c: measured !== null ? measured : setpoint,
      basis: measured !== null ? "measured" : setpoint !== null ? "setpoint" : null,
      night: (frame.night || frame.date_obs || "").substring( 0, 10 ) || null,
      time: frame.date_obs && frame.date_obs.length >= 10 ? Date.parse( frame.date_obs.length == 10 ? frame.date_obs : frame.date_obs.substring( 0, 23 ) + "Z" ) : null
   };
};

// --- groups

AG.gather = function( items, keyOf ) {
   var keys = [], found = {};
   items.forEach( function( item ) {
      var key = JSON.stringify( keyOf( item ) );
      if ( found[key] === undefined ) {
         found[key] = [];
         keys.push( key );
      }
      found[key].push( item );
   } );
   return keys.map( function( key ) { return found[key]; } );
};

AG.sessions = function( members ) {
   var timed = [], nightly = [];
   members.forEach( function( f, i ) {
      if ( f.time === null || isNaN( f.time ) )
         nightly.push( f );
      else
         timed.push( { f: f, i: i } );
   } );
   var found = AG.gather( nightly, function( f ) { return f.night; } );
   timed.sort( function( a, b ) { return a.f.time - b.f.time || a.i - b.i; } );
   var last = null;
   timed.forEach( function( entry ) {
      if ( last === null || entry.f.time - last > AG.SESSION_GAP_MS )
         found.push( [] );
      found[found.length - 1].push( entry.f );
      last = entry.f.time;
   } );
   return found;
};

AG.clusters = function( members, field, gap, span ) {
   var silent = members.filter( function( m ) { return m[field] === null; } );
   var parts = silent.length ? [silent] : [];
   var known = members.map( function( m, i ) { return { m: m, i: i, v: m[field] }; } ).filter( function( k ) { return k.v !== null; } );
   known.sort( function( a, b ) { return a.v - b.v || a.i - b.i; } );
   var start = null, last = null;
   known.forEach( function( k ) {
      var width = gap( k.v );
      if ( last === null || AG.round( k.v - last, 6 ) > width || AG.round( k.v - start, 6 ) > span * width ) {
         parts.push( [] );
         start = k.v;
      }
      parts[parts.length - 1].push( k.m );
      last = k.v;
   } );
   return parts;
};

AG.scope = function( a, b ) {
   return (a === false || b === false) && a !== true && b !== true ? "uncooled" : "cooled";
};

AG.split = function( members ) {
   var exposure = AG.limit( "exposure_s", "all" ), cooled = members[0].settings.cooled;
   var degrees = AG.limit( "temperature_c", AG.scope( cooled, cooled ) ).exact;
   var parts = [];
   AG.clusters( members, "exposure_s", function( v ) { return AG.equalWithin( exposure, v ); }, 1 ).forEach( function( part ) {
      parts = parts.concat( AG.clusters( part, "temperature_c", function() { return degrees; }, 2 ) );
   } );
   return parts;
};

AG.byTime = function( a, b ) {
   var one = [a.date_obs || "", a.path], other = [b.date_obs || "", b.path];
   for ( var i = 0; i < 2; ++i )
      if ( one[i] != other[i] )
         return one[i] < other[i] ? -1 : 1;
   return 0;
};

AG.median = function( values ) {
   var sorted = values.filter( function( v ) { return v !== null; } ).sort( function( a, b ) { return a - b; } );
   if ( !sorted.length )
      return null;
   var middle = sorted.length >> 1;
   return AG.round( sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, 6 );
};

AG.range = function( values ) {
   var known = values.filter( function( v ) { return v !== null; } );
   return known.length ? [Math.min.apply( null, known ), Math.max.apply( null, known )] : null;
};

AG.frameSet = function( members ) {
   members = members.slice().sort( function( a, b ) { return AG.byTime( a.frame, b.frame ); } );
   function all( field ) {
      return members.map( function( m ) { return m[field]; } );
   }
   var away = members.filter( function( m ) {
      return AG.known( m.frame.temperature_c ) !== null && AG.known( m.frame.setpoint_c ) !== null;
   } ).map( function( m ) { return Math.abs( m.frame.temperature_c - m.frame.setpoint_c ); } );
   var nights = all( "night" ).filter( function( n ) { return n !== null; } ).sort();
   return {
      members: members, first: members[0].frame, newest: members[members.length - 1].frame,
      paths: members.map( function( m ) { return m.frame.path; } ),
      body: members[0].body, settings: members[0].settings, basis: members[0].basis,
      exposure_s: AG.median( all( "exposure_s" ) ), exposures_s: AG.range( all( "exposure_s" ) ),
      temperature_c: AG.median( all( "temperature_c" ) ), temperatures_c: AG.range( all( "temperature_c" ) ),
      settled: away.length ? Math.max.apply( null, away ) <= AG.limit( "setpoint_c", "settled" ).exact + 1e-6 : null,
      nights: nights
   };
};

AG.ordered = function( parts ) {
   return parts.map( AG.frameSet ).sort( function( a, b ) { return AG.byTime( a.first, b.first ); } );
};

AG.lightGroups = function( frames ) {
   var parts = [];
   AG.gather( frames.map( AG.facts ), function( f ) {
      return [f.body, f.settings, f.basis, (f.frame.object || "").trim().toLowerCase()];
   } ).forEach( function( members ) { parts = parts.concat( AG.split( members ) ); } );
   return AG.ordered( parts );
};

AG.darkSets = function( frames ) {
   var parts = [];
   AG.gather( frames.map( AG.facts ), function( f ) {
      return [f.body, f.settings, f.basis, f.settings.master ? f.frame.path : null];
   } ).forEach( function( members ) {
      AG.sessions( members ).forEach( function( session ) { parts = parts.concat( AG.split( session ) ); } );
   } );
   return AG.ordered( parts );
};

// --- one field against the other

AG.either = function( one, other, beyond ) {
   if ( one === null || other === null )
      return one === other ? "not_recorded" : "unknown";
   return one === other ? "equal" : beyond || "different";
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

AG.WORST = ["different", "unknown", "tolerated", "equal", "not_recorded", "not_applicable"];

AG.worse = function( one, other ) {
   return AG.WORST.indexOf( other ) < AG.WORST.indexOf( one ) ? other : one;
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

AG.compareSetting = function( name, light, dark, kind ) {
   var one = light[name], other = dark[name];
   switch ( name ) {
   case "planes":
      return Math.max( one || 1, other || 1 ) > 1 ? "different" : AG.either( one, other );
   case "gain":
   case "offset":
      return kind == "ccd" && (one === null || other === null) ? "not_applicable" : AG.either( one, other );
   case "bits":
   case "software":
      return dark.master ? "not_applicable" : AG.either( one, other, "tolerated" );
   case "readout_mode":
      return AG.worse( AG.either( one, other ), AG.compareOptions( light.readout_options, dark.readout_options ) );
   case "row_order":
   case "bayer_pattern":
      return AG.either( one, other, "tolerated" );
   case "calibrated":
      return light.calibrated || dark.dark_subtracted ? "different" : light.calibrated === null ? "unknown" : "equal";
   case "stack_count":
      return light.master || (light.stack_count || 1) > 1 ? "different" : "equal";
   default:
      return AG.either( one, other );
   }
};

AG.outcomes = function( group, set ) {
   var found = {};
   found.camera = AG.either( group.body.model, set.body.model );
   found.camera_serial = AG.either( group.body.serial, set.body.serial );
   if ( found.camera == "equal" || found.camera == "different" )
      found.pixel_um = "not_applicable";
   else {
      var one = group.body.pixel_um, other = set.body.pixel_um, row = AG.limit( "pixel_um", "generic camera" );
      found.pixel_um = one === null || other === null ? (one === other ? "not_recorded" : "unknown")
         : Math.abs( one - other ) <= AG.equalWithin( row, one ) ? "equal" : row.beyond;
   }
   AG.JUDGED.forEach( function( name ) {
      found[name] = AG.compareSetting( name, group.settings, set.settings, group.body.kind );
   } );
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

// --- the choice

AG.days = function( a, b ) {
   return Math.abs( Math.round( (Date.parse( a ) - Date.parse( b )) / 86400000 ) );
};

AG.age = function( group, set ) {
   var newest = set.nights[set.nights.length - 1];
   if ( !newest || !group.nights.length )
      return null;
   return Math.max.apply( null, group.nights.map( function( night ) { return AG.days( night, newest ); } ) );
};

AG.statusOf = function( group, set, outcomes ) {
   var kind = group.body.kind || set.body.kind;
   var vital = ["exposure_s", "temperature_c"].some( function( name ) {
      return outcomes[name] == "unknown" || outcomes[name] == "not_recorded";
   } );
   vital = vital || outcomes.gain == "unknown" || (outcomes.gain == "not_recorded" && kind == "cmos") || outcomes.readout_mode == "unknown";
   return vital ? "unknown" : AG.having( outcomes, "tolerated" ).length ? "tolerated" : "exact";
};

AG.halfEven = function( value ) {
   var floor = Math.floor( value ), rest = value - floor;
   return rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 ? floor + 1 : floor;
};

AG.rank = function( group, set, outcomes, status ) {
   var age = AG.age( group, set ), apart = 0;
   if ( group.temperature_c !== null && set.temperature_c !== null )
      apart = Math.abs( group.temperature_c - set.temperature_c );
   var stale = AG.tables.stale_after_d.filter( function( days ) { return age !== null && age > days; } ).length;
   return [stale, AG.having( outcomes, "tolerated" ).length, status == "tolerated" ? AG.halfEven( apart ) : 0,
      set.settings.master ? 0 : 1, -(set.settings.master ? set.settings.stack_count || 0 : set.members.length),
      age === null ? Infinity : age, apart, set.first.path];
};

AG.before = function( a, b ) {
   for ( var i = 0; i < a.length; ++i )
      if ( a[i] !== b[i] )
         return a[i] < b[i] ? -1 : 1;
   return 0;
};

AG.fitsDark = function( frame ) {
   return ["dark", "darkflat", "unknown"].indexOf( frame.kind || "unknown" ) >= 0;
};

// Groups of lights, each with the best set of darks, or without one and the reasons.
AG.match = function( lights, darks ) {
   var sets = AG.darkSets( darks.filter( AG.fitsDark ) );
   var misfits = darks.filter( function( d ) { return !AG.fitsDark( d ); } );
   return AG.lightGroups( lights ).map( function( group, number ) {
      var rows = sets.map( function( set ) {
         var outcomes = AG.outcomes( group, set );
         return { set: set, outcomes: outcomes, differs: AG.having( outcomes, "different" ) };
      } );
      var usable = rows.filter( function( row ) { return !row.differs.length; } );
      var rejections = misfits.map( function( frame ) { return { dark: frame.path, field: "kind" }; } );
      rows.forEach( function( row ) {
         row.differs.forEach( function( field ) { rejections.push( { dark: row.set.newest.path, field: field } ); } );
      } );
      var result = {
         id: "dark-" + (number + 1), lights: group.paths, group: group, dark: null, darks: [], status: "none", age_days: null,
         tolerated: [], unknown: [], not_recorded: [], rejections: rejections, rejected_total: rows.length - usable.length + misfits.length
      };
      usable.forEach( function( row ) {
         row.status = AG.statusOf( group, row.set, row.outcomes );
         row.rank = [AG.STATUS.indexOf( row.status )].concat( AG.rank( group, row.set, row.outcomes, row.status ) );
      } );
      usable.sort( function( a, b ) { return AG.before( a.rank, b.rank ); } );
      if ( usable.length ) {
         var best = usable[0];
         result.dark = best.set.newest.path;
         result.darks = best.set.paths;
         result.set = best.set;
         result.status = best.status;
         result.age_days = AG.age( group, best.set );
         result.tolerated = AG.having( best.outcomes, "tolerated" );
         result.unknown = AG.having( best.outcomes, "unknown" );
         result.not_recorded = AG.having( best.outcomes, "not_recorded" );
      }
      return result;
   } );
};
