// What follows runs without questions. ES5: PixInsight up to 1.9.3 knows no more.

function constant( process, name ) {
   if ( process[name] !== undefined )
      return process[name];
   if ( process.prototype && process.prototype[name] !== undefined )
      return process.prototype[name];
   throw new Error( "this PixInsight does not know the value " + name );
}

function writeResult() {
   File.writeTextFile( RESULT, JSON.stringify( result, null, 1 ) );
}

function darkFactors( P ) {
   var rows = P.outputData || [];
   var factors = [];
   for ( var i = 0; i < rows.length; ++i )
      factors.push( { output: String( rows[i][0] ), k: [ rows[i][1], rows[i][2], rows[i][3] ] } );
   return factors;
}

function execute( P, process, name, outputs ) {
   if ( console.abortRequested )
      throw new Error( "aborted by the user" );
   console.noteln( "ampglow: " + name );
   var step = { name: name, process: process, ok: false, outputs: [], source: P.toSource() };
   result.steps.push( step );
   if ( process == "ImageCalibration" )
      step.optimizeDarks = P.optimizeDarks;
   if ( !P.executeGlobal() )
      throw new Error( name + " did not run; the console says why" );
   if ( process == "ImageCalibration" )
      step.darkFactors = darkFactors( P );
   for ( var i = 0; i < outputs.length; ++i ) {
      if ( !File.exists( outputs[i] ) )
         throw new Error( name + " did not write " + outputs[i] );
      step.outputs.push( outputs[i] );
   }
   step.ok = true;
}

function saveIntegration( id, path ) {
   var window = ImageWindow.windowById( id );
   if ( window.isNull )
      throw new Error( "there is no window " + id + " to be saved as " + path );
   // the hints are named every time, since those of an earlier save stay in force
   var saved = window.saveAs( path, false, false, false, false, "properties fits-keywords no-compress-data" );
   window.forceClose();
   if ( saved === false || !File.exists( path ) )
      throw new Error( "could not save " + path );
   var step = result.steps[result.steps.length - 1];
   step.outputs.push( path );
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
      console.noteln( "ampglow: done. Now: ampglow verify" );
   } catch ( error ) {
      result.status = "failed";
      result.error = String( error.message || error );
      console.criticalln( "ampglow: " + result.error );
   }
   File.writeFile( LOG, console.endLog() );
   writeResult();
}
