// Calibration of matched groups by PixInsight's own processes. Optimize stays off: a scaled dark leaves amp glow.

AG.MINIMUM = 3; // ImageIntegration does not start with fewer images

AG.constant = function( process, name ) {
   if ( process[name] !== undefined )
      return process[name];
   if ( process.prototype && process.prototype[name] !== undefined )
      return process.prototype[name];
   throw new Error( "this PixInsight does not know the value " + name );
};

// What is to be done for one match: a list of { process, values, enums, saveAs, outputs }, or the reason why not.
// options: { folder, flat (path or ""), debayer }
AG.jobs = function( match, options ) {
   if ( match.status != "exact" && match.status != "tolerated" )
      return { refused: match.id + ": " + AG.text( match.status ) };
   function frame( path ) {
      return AG.joined( Object.keys( options.given ).map( function( role ) { return options.given[role]; } ) ).filter( function( f ) { return f.path == path; } )[0];
   }
   var jobs = [], dark = match.dark, master = frame( match.dark ).master, pattern = frame( match.lights[0] ).bayer_pattern;
   var folder = options.folder + "/" + match.id;
   if ( !master ) {
      if ( match.darks.length < AG.MINIMUM )
         return { refused: match.id + ": a master needs " + AG.MINIMUM + " darks, here are " + match.darks.length };
      dark = folder + "/masters/dark.xisf";
      jobs.push( { process: "ImageIntegration", saveAs: dark, outputs: [], values: {
         images: match.darks.map( function( path ) { return [true, path, "", ""]; } ),
         rangeClipLow: false, generateRejectionMaps: false, evaluateSNR: false
      }, enums: {
         combination: "Average", weightMode: "DontCare", normalization: "NoNormalization",
         rejection: match.darks.length > 6 ? "WinsorizedSigmaClip" : "PercentileClip", rejectionNormalization: "NoRejectionNormalization"
      } } );
   }
   var stems = {}, twice = null;
   match.lights.forEach( function( path ) {
      var stem = AG.stem( path ).toLowerCase();
      if ( stems[stem] )
         twice = stem;
      stems[stem] = true;
   } );
   if ( twice !== null )
      return { refused: match.id + ": two lights are called " + twice + "; calibrate their folders one after the other" };
   var cfa = Boolean( pattern ) && pattern.toUpperCase() != "NONE";
   var written = match.lights.map( function( path ) { return folder + "/calibrated/" + AG.stem( path ) + "_c.xisf"; } );
   jobs.push( { process: "ImageCalibration", outputs: written, values: {
      targetFrames: match.lights.map( function( path ) { return [true, path]; } ),
      enableCFA: cfa, masterBiasEnabled: false, masterBiasPath: "", masterDarkEnabled: true, masterDarkPath: dark,
      masterFlatEnabled: options.flat != "", masterFlatPath: options.flat, calibrateBias: false, calibrateDark: true,
      calibrateFlat: false, optimizeDarks: false, evaluateNoise: !cfa, evaluateSignal: !cfa,
      outputDirectory: folder + "/calibrated", overwriteExistingFiles: true
   }, enums: { outputSampleFormat: "f32", outputPedestalMode: "OutputPedestal_Auto", onError: "Abort" } } );
   if ( cfa && options.debayer )
      jobs.push( { process: "Debayer", outputs: written.map( function( path ) { return folder + "/debayered/" + AG.stem( path ) + "_d.xisf"; } ), values: {
         targetItems: written.map( function( path ) { return [true, path]; } ),
         showImages: false, outputDirectory: folder + "/debayered", overwriteExistingFiles: true
      }, enums: { cfaPattern: "Auto", debayerMethod: "VNG", onError: "OnError_Abort" } } );
   return { jobs: jobs };
};

AG.processes = function() {
   return { ImageIntegration: ImageIntegration, ImageCalibration: ImageCalibration, Debayer: Debayer };
};

AG.makeFolder = function( path ) {
   if ( !File.directoryExists( path ) )
      File.createDirectory( path, true );
};

AG.runJob = function( job ) {
   var process = AG.processes()[job.process], P = new process;
   Object.keys( job.values ).forEach( function( id ) { P[id] = job.values[id]; } );
   Object.keys( job.enums ).forEach( function( id ) { P[id] = AG.constant( process, job.enums[id] ); } );
   if ( job.values.outputDirectory )
      AG.makeFolder( job.values.outputDirectory );
   if ( !P.executeGlobal() )
      throw new Error( job.process + " did not run; the console says why" );
   if ( job.saveAs ) {
      AG.makeFolder( job.saveAs.substring( 0, job.saveAs.lastIndexOf( "/" ) ) );
      var window = ImageWindow.windowById( P.integrationImageId );
      if ( window.isNull )
         throw new Error( "there is no window to be saved as " + job.saveAs );
      window.saveAs( job.saveAs, false, false, false, false, "properties fits-keywords no-compress-data" );
      window.forceClose();
      if ( !File.exists( job.saveAs ) )
         throw new Error( "could not save " + job.saveAs );
   }
   job.outputs.forEach( function( path ) {
      if ( !File.exists( path ) )
         throw new Error( job.process + " did not write " + path );
   } );
};

// Run every match; progress on the console. The value lists { id, refused or outputs }.
AG.calibrate = function( matches, options ) {
   console.show();
   console.abortEnabled = true;
   return matches.map( function( match ) {
      var work = AG.jobs( match, options ), outputs = [];
      if ( work.refused ) {
         console.warningln( "AmpGlow: " + work.refused );
         return { id: match.id, refused: work.refused };
      }
      work.jobs.forEach( function( job, i ) {
         console.noteln( "AmpGlow: " + match.id + ", step " + (i + 1) + " of " + work.jobs.length + ": " + job.process );
         processEvents();
         if ( console.abortRequested )
            throw new Error( "aborted" );
         AG.runJob( job );
         outputs = outputs.concat( job.saveAs ? [] : job.outputs );
      } );
      return { id: match.id, outputs: outputs };
   } );
};
