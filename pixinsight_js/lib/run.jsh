// Runs the jobs of a plan by PixInsight's own processes: progress on the console, Abort respected, masters saved, and
// result.json written after every step. The same is done by the script that `ampglow emit` writes.

AG.RESULT = "result.json";
AG.CONSOLE_LOG = "ampglow-pixinsight.log";
// named every time, since the hints of an earlier save stay in force
AG.SAVE_HINTS = "properties fits-keywords no-compress-data";

// An element of an enumeration: on the class for V8, on its prototype before.
AG.constant = function( process, name ) {
   if ( process[name] !== undefined )
      return process[name];
   if ( process.prototype && process.prototype[name] !== undefined )
      return process.prototype[name];
   throw new Error( "this PixInsight does not know the value " + name );
};

AG.processOf = function( name ) {
   switch ( name ) {
   case "ImageCalibration":
      return ImageCalibration;
   case "CosmeticCorrection":
      return CosmeticCorrection;
   case "Debayer":
      return Debayer;
   case "StarAlignment":
      return StarAlignment;
   case "ImageIntegration":
      return ImageIntegration;
   }
   throw new Error( "there is no process " + name );
};

// The process of a job with its parameters. Older versions take an unknown name without a word, so each is looked for.
AG.instanceOf = function( job ) {
   var process = AG.processOf( job.process ), table = AG.tables.processes[job.process], P = new process;
   job.settings.forEach( function( row ) {
      var id = row[0], value = row[1];
      if ( !(id in P) ) {
         if ( table.newer.indexOf( id ) >= 0 )
            return;
         throw new Error( job.process + " of this PixInsight has no parameter " + id );
      }
      P[id] = table.enums.indexOf( id ) >= 0 ? AG.constant( process, value ) : value;
   } );
   return P;
};

AG.makeFolder = function( path ) {
   if ( !File.directoryExists( path ) )
      File.createDirectory( path, true );
};

AG.saveIntegration = function( id, path ) {
   var window = ImageWindow.windowById( id );
   if ( window.isNull )
      throw new Error( "there is no window " + id + " to be saved as " + path );
   try {
      if ( window.saveAs( path, false, false, false, false, AG.SAVE_HINTS ) === false || !File.exists( path ) )
         throw new Error( "could not save " + path );
   } finally {
      window.forceClose();
   }
};

AG.darkFactors = function( P ) {
   return (P.outputData || []).map( function( row ) { return { output: String( row[0] ), k: [row[1], row[2], row[3]] }; } );
};

// Frames that could not be aligned are missing; the others are integrated.
AG.withoutMissing = function( job, lost ) {
   var rows = job.settings.filter( function( row ) { return row[0] == "images"; } )[0][1];
   var there = rows.filter( function( row ) { return lost.indexOf( row[1] ) < 0; } );
   if ( there.length < AG.MINIMUM_FRAMES )
      throw new Error( "only " + there.length + " frames are left to integrate, and ImageIntegration needs " + AG.MINIMUM_FRAMES );
   return { process: job.process, settings: job.settings.map( function( row ) { return row[0] == "images" ? ["images", there] : row; } ) };
};

// Runs one job and notes it in result.steps. lost: files that earlier steps could not write.
AG.runJob = function( job, result, lost ) {
   var P = AG.instanceOf( job.process == "ImageIntegration" && lost.length ? AG.withoutMissing( job, lost ) : job );
   var step = { name: job.name, process: job.process, ok: false, outputs: [], source: P.toSource() };
   result.steps.push( step );
   if ( job.process == "ImageCalibration" )
      step.optimizeDarks = P.optimizeDarks;
   if ( !P.executeGlobal() )
      throw new Error( console.abortRequested ? "aborted by the user" : job.name + " did not run; the console says why" );
   if ( job.process == "ImageCalibration" )
      step.darkFactors = AG.darkFactors( P );
   if ( job.saveAs ) {
      AG.saveIntegration( P.integrationImageId, job.saveAs );
      step.outputs.push( job.saveAs );
   }
   job.outputs.forEach( function( path ) {
      if ( File.exists( path ) )
         step.outputs.push( path );
      else if ( job.process == "StarAlignment" ) {
         lost.push( path );
         AG.say( "warningln", "could not be aligned: " + path );
      } else
         throw new Error( job.name + " did not write " + path );
   } );
   step.ok = true;
};

AG.writeResult = function( work, result ) {
   File.writeTextFile( work.folder + "/" + AG.RESULT, AG.asciiJson( result ) );
};

// Nothing that exists is written over, and nothing is begun that cannot be ended.
AG.refuseToStart = function( work ) {
   var written = AG.joined( work.jobs.map( function( job ) { return job.saveAs ? [job.saveAs] : job.outputs; } ) );
   written.concat( [work.folder + "/" + AG.RESULT] ).forEach( function( path ) {
      if ( File.exists( path ) )
         AG.refuse( "exists already, and nothing is written over", path, "choose another output folder" );
   } );
   AG.planFiles( work.plan ).forEach( function( path ) {
      if ( !File.exists( AG.absolute( path ) ) )
         AG.refuse( "there is no such file", path, "bring it back, or make the plan anew" );
   } );
};

// What `ampglow verify` needs to prove each calibrated light.
AG.proofJobs = function( work ) {
   return work.calibrated.map( function( done ) {
      function path( id ) {
         return id === null ? null : work.masters[id];
      }
      var dark = AG.masterOf( work.plan, done.step.dark );
      return { light: done.light, output: done.path, dark: path( done.step.dark ), flat: path( done.step.flat ), bias: path( done.step.bias ),
         darkFrames: dark && !dark.file ? dark.frames : [] };
   } );
};

// Every job in order. told( number of the job, state ) hears of each. The value is what result.json holds.
AG.runWork = function( work, told ) {
   AG.refuseToStart( work );
   var result = { tool: "AmpGlow " + AG.VERSION, version: AG.coreVersion(), status: "started", error: null, plan: work.plan, proof: AG.proofJobs( work ), steps: [] };
   var lost = [], current = null;
   console.show();
   console.abortEnabled = true;
   console.beginLog();
   try {
      AG.makeFolder( work.folder );
      AG.foldersOf( work ).forEach( AG.makeFolder );
      work.jobs.forEach( function( job ) {
         current = job;
         AG.breatheOrAbort();
         AG.say( "noteln", "step " + job.number + " of " + work.jobs.length + ": " + job.process + ": " + job.what );
         told( job.number, "running" );
         AG.runJob( job, result, lost );
         AG.writeResult( work, result );
         told( job.number, AG.doneText( result.steps[result.steps.length - 1], job ) );
      } );
      result.status = "succeeded";
      AG.say( "noteln", "done. Now look at the page Verify." );
   } catch ( error ) {
      result.status = "failed";
      result.error = AG.messageOf( error );
      AG.say( "criticalln", result.error );
      if ( current !== null )
         told( current.number, result.error );
   }
   console.abortEnabled = false;
   File.writeFile( work.folder + "/" + AG.CONSOLE_LOG, console.endLog() );
   AG.writeResult( work, result );
   return result;
};

AG.doneText = function( step, job ) {
   var missing = job.outputs.length - (job.saveAs ? 0 : step.outputs.length);
   var text = "done: " + (step.outputs.length == 1 ? AG.fileName( step.outputs[0] ) : step.outputs.length + " files");
   if ( job.process == "ImageCalibration" )
      text += step.optimizeDarks ? ", dark SCALED" : ", dark not scaled";
   return missing > 0 && !job.saveAs ? text + ", " + missing + " could not be aligned" : text;
};

// "1.9.3" where PixInsight tells it, else null.
AG.coreVersion = function() {
   if ( typeof CoreApplication == "undefined" || CoreApplication.versionMajor === undefined )
      return null;
   return [CoreApplication.versionMajor, CoreApplication.versionMinor, CoreApplication.versionRelease].join( "." );
};
