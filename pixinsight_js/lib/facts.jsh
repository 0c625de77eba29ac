// What of a frame decides a match, and frames with equal settings as sets. ES5, no PixInsight needed.

AG.PIXELS = ["width", "height", "planes", "roi_x", "roi_y", "xbinning", "ybinning"];
AG.TIMED = ["dark", "flatdark"];

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

AG.serial = function( text ) {
   var serial = AG.known( text );
   return serial === null || serial.replace( /^[ 0]+|[ 0]+$/g, "" ) == "" ? null : serial.trim().toUpperCase();
};

// YYYY-MM-DD of a date that exists, else null.
AG.day = function( text ) {
   var day = (text || "").substring( 0, 10 );
   if ( !/^\d{4}-\d\d-\d\d$/.test( day ) )
      return null;
   var date = new Date( day + "T00:00:00Z" );
   return isNaN( date.getTime() ) || date.toISOString().substring( 0, 10 ) != day ? null : day;
};

AG.moment = function( text ) {
   if ( AG.day( text ) === null )
      return null;
   var time = Date.parse( text.length == 10 ? text : text.substring( 0, 23 ) + "Z" );
   return isNaN( time ) ? null : time;
};

AG.facts = function( frame ) {
   var sensor = AG.sensorOf( frame.camera );
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
      body: {
         model: AG.model( frame.camera ), serial: AG.serial( frame.camera_serial ), pixel_um: AG.round( AG.known( frame.pixel_um ), 4 ),
         kind: sensor ? sensor.kind : AG.tables.sensor_kinds[frame.sensor] || null
      },
      settings: settings,
      exposure_s: AG.round( AG.known( frame.exposure_s ), 6 ),
      temperature_c: measured !== null ? measured : setpoint,
      basis: measured !== null ? "measured" : setpoint !== null ? "setpoint" : null,
      night: AG.day( frame.night || frame.date_obs ),
      time: AG.moment( frame.date_obs )
   };
};

// --- sets

AG.sessions = function( members ) {
   var found = AG.gather( members.filter( function( f ) { return f.time === null; } ), function( f ) { return f.night; } );
   var timed = members.filter( function( f ) { return f.time !== null; } ), last = null;
   AG.sorted( timed, function( a, b ) { return a.time - b.time; } ).forEach( function( f ) {
      if ( last === null || f.time - last > 1000 * AG.tables.numbers.session_gap_s )
         found.push( [] );
      found[found.length - 1].push( f );
      last = f.time;
   } );
   return found;
};

AG.clusters = function( members, field, gap, span ) {
   var silent = members.filter( function( m ) { return m[field] === null; } );
   var parts = silent.length ? [silent] : [], start = null, last = null;
   var known = members.filter( function( m ) { return m[field] !== null; } );
   AG.sorted( known, function( a, b ) { return a[field] - b[field]; } ).forEach( function( m ) {
      var value = m[field], width = gap( value );
      if ( last === null || AG.round( value - last, 6 ) > width || AG.round( value - start, 6 ) > span * width ) {
         parts.push( [] );
         start = value;
      }
      parts[parts.length - 1].push( m );
      last = value;
   } );
   return parts;
};

AG.scope = function( a, b ) {
   return (a === false || b === false) && a !== true && b !== true ? "uncooled" : "cooled";
};

AG.split = function( members ) {
   var exposure = AG.limit( "exposure_s", "all" ), cooled = members[0].settings.cooled;
   var degrees = AG.limit( "temperature_c", AG.scope( cooled, cooled ) ).exact;
   var parts = AG.clusters( members, "exposure_s", function( v ) { return AG.equalWithin( exposure, v ); }, 1 );
   return AG.joined( parts.map( function( part ) {
      return AG.clusters( part, "temperature_c", function() { return degrees; }, 2 );
   } ) );
};

AG.byTime = function( a, b ) {
   var one = [a.date_obs || "", a.path], other = [b.date_obs || "", b.path];
   for ( var i = 0; i < 2; ++i )
      if ( one[i] != other[i] )
         return one[i] < other[i] ? -1 : 1;
   return 0;
};

AG.frameSet = function( members ) {
   members = AG.sorted( members, function( a, b ) { return AG.byTime( a.frame, b.frame ); } );
   function all( field ) {
      return members.map( function( m ) { return m[field]; } );
   }
   var away = members.filter( function( m ) {
      return AG.known( m.frame.temperature_c ) !== null && AG.known( m.frame.setpoint_c ) !== null;
   } ).map( function( m ) { return Math.abs( m.frame.temperature_c - m.frame.setpoint_c ); } );
   return {
      members: members, first: members[0].frame, newest: members[members.length - 1].frame,
      paths: members.map( function( m ) { return m.frame.path; } ),
      body: members[0].body, settings: members[0].settings, basis: members[0].basis,
      exposure_s: AG.median( all( "exposure_s" ) ), exposures_s: AG.range( all( "exposure_s" ) ),
      temperature_c: AG.median( all( "temperature_c" ) ), temperatures_c: AG.range( all( "temperature_c" ) ),
      settled: away.length ? Math.max.apply( null, away ) <= AG.limit( "setpoint_c", "settled" ).exact + 1e-6 : null,
      nights: all( "night" ).filter( function( n ) { return n !== null; } ).sort()
   };
};

AG.inOrder = function( parts ) {
   return AG.sorted( parts.map( AG.frameSet ), function( a, b ) { return AG.byTime( a.first, b.first ); } );
};

AG.equal = function( frames, apart ) {
   return AG.gather( frames.map( AG.facts ), function( f ) { return [f.body, f.settings, f.basis, apart( f )]; } );
};

// Lights to be calibrated: one group per camera, settings, exposure, temperature, filter and object.
AG.lightGroups = function( frames ) {
   return AG.inOrder( AG.joined( AG.equal( frames, function( f ) {
      return (f.frame.object || "").trim().toLowerCase();
   } ).map( AG.split ) ) );
};

// Flats to be calibrated: as lights, and one group a session instead of an object.
AG.flatGroups = function( frames ) {
   var sessions = AG.joined( AG.equal( frames, function() { return null; } ).map( AG.sessions ) );
   return AG.inOrder( AG.joined( sessions.map( AG.split ) ) );
};

// Sets to choose from: each master alone, single frames together by settings and session.
AG.calibrationSets = function( frames, role ) {
   var equal = AG.equal( frames, function( f ) { return f.settings.master ? f.frame.path : null; } );
   var sessions = AG.joined( equal.map( AG.sessions ) );
   return AG.inOrder( AG.TIMED.indexOf( role ) >= 0 ? AG.joined( sessions.map( AG.split ) ) : sessions );
};
