// What is wrong with single frames, beside how they match: the errors of the pre-flight that headers alone decide.
// The same cases run through Python. ES5, no PixInsight needed.

AG.PAIRED = { light: "dark", dark: "light", flat: "darkflat", darkflat: "flat" };

// A processing program wrote this frame in a form that raw frames do not have.
AG.processed = function( frame ) {
   if ( frame.calibrated || AG.known( frame.software ) === null )
      return false;
   var name = frame.software.toLowerCase().replace( / /g, "" );
   var program = AG.tables.camera_texts.processing_programs.some( function( p ) { return name.indexOf( p ) == 0; } );
   return program && ((frame.bits || 0) > AG.tables.numbers.raw_bits || AG.fileName( frame.path ).toLowerCase().indexOf( "pp_" ) == 0);
};

// { rule, path, message } of every error. given: frames by role; matches: those of AG.matchAll.
AG.errors = function( given, matches ) {
   var found = [], frames = {};
   function fail( rule, frame, message ) {
      found.push( { rule: rule, path: frame.path, message: message } );
   }
   Object.keys( given ).forEach( function( role ) {
      given[role].forEach( function( frame ) { frames[frame.path] = frame; } );
   } );
   var lights = given.light || [];
   lights.forEach( function( f ) {
      var name = AG.clean( AG.fileName( f.path ) );
      if ( f.calibrated )
         fail( "AG103", f, name + " was calibrated before" );
      if ( AG.processed( f ) )
         fail( "AG103", f, name + " was written by " + AG.clean( f.software ) + ", not by a camera: a dark may be subtracted already" );
      if ( f.master || (f.stack_count || 1) > 1 )
         fail( "AG104", f, name + " is a stack" );
      if ( (f.planes || 1) > 1 )
         fail( "AG105", f, name + " has " + f.planes + " planes: it was debayered" );
   } );
   AG.exposureConflicts( given ).forEach( function( f ) {
      fail( "AG113", f, AG.clean( AG.fileName( f.path ) ) + " has two exposures in its header: " + f.exposure_s + " s and " + f.conflicts[0].value + " s" );
   } );
   AG.once( matches.filter( function( m ) { return m.role == "dark" && m.dark !== null; } ).map( function( m ) { return m.dark; } ) ).forEach( function( path ) {
      var dark = frames[path], told = dark.master ? dark.master_normalization : null;
      if ( told && told != "none" )
         fail( "AG221", dark, AG.clean( AG.fileName( path ) ) + " was combined with " + told + " normalisation, so it is no dark any more" );
   } );
   return found;
};

// The first frame of each role whose cards disagree otherwise than those of the frames it belongs to.
AG.exposureConflicts = function( given ) {
   var torn = {};
   Object.keys( given ).forEach( function( role ) {
      torn[role] = given[role].filter( function( f ) { return !f.master && f.conflicts && f.conflicts.length; } );
   } );
   function pairs( role ) {
      return AG.once( (torn[role] || []).map( function( f ) { return f.exposure_s + "/" + f.conflicts[0].value; } ).sort() ).join();
   }
   return Object.keys( torn ).filter( function( role ) {
      var other = AG.PAIRED[role];
      return torn[role].length && other && (given[other] || []).length && pairs( role ) != pairs( other );
   } ).map( function( role ) { return torn[role][0]; } );
};
