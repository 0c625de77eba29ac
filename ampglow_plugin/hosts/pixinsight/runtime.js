// What follows runs without questions. ES5: PixInsight up to 1.9.3 knows no more.

var lost = []; // frames that could not be aligned

// names of files are no markup: the console would take <b> for a tag
function say( level, text ) {
   console[level]( "ampglow: " + text.replace( /</g, "\u2039" ) );
}

function constant( process, name ) {
   if ( process[name] !== undefined )
      return process[name];
   if ( process.prototype && process.prototype[name] !== undefined )
      return process.prototype[name];
   throw new Error( "this PixInsight does not know the value " + name );
}

function writeResult() {
   // ASCII reads back the same, whatever encoding PixInsight writes
   var text = JSON.stringify( result, null, 1 ).replace( /[\u007f-\uffff]/g, function( c ) {
      return "\\u" + ("0000" + c.charCodeAt( 0 ).toString( 16 )).slice( -4 );
   } );
   File.writeTextFile( RESULT, text );
}

function darkFactors( P ) {
   var rows = P.outputData || [];
   var factors = [];
   for ( var i = 0; i < rows.length; ++i )
      factors.push( { output: String( rows[i][0] ), k: [ rows[i][1], rows[i][2], rows[i][3] ] } );
   return factors;
}

function checkAbort() {
   if ( typeof processEvents == "function" )
      processEvents();
   if ( console.abortRequested )
      throw new Error( "aborted by the user" );
}

function leaveOutLost( P, name ) {
   if ( lost.length == 0 )
      return;
   P.images = P.images.filter( function( row ) { return lost.indexOf( row[1] ) < 0; } );
   if ( P.images.length < 3 )
      throw new Error( name + ": only " + P.images.length + " frames are left to integrate, and ImageIntegration needs 3" );
}

function execute( P, process, name, outputs ) {
   checkAbort();
   say( "noteln", name );
   var step = { name: name, process: process, ok: false, outputs: [], source: P.toSource() };
   result.steps.push( step );
   if ( process == "ImageCalibration" )
      step.optimizeDarks = P.optimizeDarks;
   if ( !P.executeGlobal() )
      throw new Error( console.abortRequested ? "aborted by the user" : name + " did not run; the console says why" );
   if ( process == "ImageCalibration" )
      step.darkFactors = darkFactors( P );
   for ( var i = 0; i < outputs.length; ++i )
      if ( File.exists( outputs[i] ) )
         step.outputs.push( outputs[i] );
      else if ( process == "StarAlignment" ) {
         lost.push( outputs[i] );
         say( "warningln", "could not be aligned: " + outputs[i] );
      } else
         throw new Error( name + " did not write " + outputs[i] );
   step.ok = true;
   writeResult();
}

function saveIntegration( id, path ) {
   var step = result.steps[result.steps.length - 1];
   step.ok = false;
   var window = ImageWindow.windowById( id );
   if ( window.isNull )
      throw new Error( "there is no window " + id + " to be saved as " + path );
   try {
      // the hints are named every time, since those of an earlier save stay in force
      var saved = window.saveAs( path, false, false, false, false, "properties fits-keywords no-compress-data" );
      if ( saved === false || !File.exists( path ) )
         throw new Error( "could not save " + path );
   } finally {
      window.forceClose();
   }
   step.outputs.push( path );
   step.ok = true;
   writeResult();
}

function unattended( work ) {
   console.show();
   console.abortEnabled = true;
   console.beginLog();
   try {
      for ( var s = 0; s < SOURCES.length; ++s )
         if ( !File.exists( SOURCES[s] ) )
            throw new Error( "there is no file " + SOURCES[s] );
      for ( var f = 0; f < FOLDERS.length; ++f )
         if ( !File.directoryExists( FOLDERS[f] ) )
            File.createDirectory( FOLDERS[f], true );
      work();
      result.status = "succeeded";
      say( "noteln", "done. Now: ampglow verify" );
   } catch ( error ) {
      result.status = "failed";
      result.error = String( error.message || error );
      say( "criticalln", result.error );
   }
   console.abortEnabled = false;
   File.writeFile( LOG, console.endLog() );
   writeResult();
}
