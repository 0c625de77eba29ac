// A plan as PixInsight processes in working order. The same plans make the same jobs in Python, which writes icons and
// scripts from them; here they are run at once. ES5, no PixInsight needed.

AG.MINIMUM_FRAMES = 3; // ImageIntegration does not start with fewer

// A path as PixInsight takes it: forward slashes. A backslash separates folders in a path of Windows only.
AG.absolute = function( path ) {
   if ( /[\u0000-\u001f\u007f\u0085\u2028\u2029\ufffe\uffff]/.test( path ) )
      AG.refuse( "the name holds a line break or another control character", "'" + JSON.stringify( path ).slice( 1, -1 ) + "'", "rename the file" );
   if ( /^([A-Za-z]:[\\\/]|\\\\|\/\/)/.test( path ) )
      return path.replace( /\\/g, "/" );
   if ( path.charAt( 0 ) != "/" )
      AG.refuse( "is no whole path", path, "use the plan.json that ampglow emit writes" );
   return path;
};

// A file name for every id: plain, and different on any file system.
AG.folderNames = function( ids, fallback ) {
   var taken = {};
   return ids.map( function( id ) {
      var base = id.replace( /[^A-Za-z0-9_-]+/g, "_" ).substring( 0, 80 ).replace( /^[_-]+|[_-]+$/g, "" ) || fallback;
      if ( /^(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])$/i.test( base ) ) // devices of Windows
         base += "_";
      var name = base, number = 2;
      while ( taken["n" + name.toLowerCase()] )
         name = base + "-" + (number++);
      taken["n" + name.toLowerCase()] = true;
      return name;
   } );
};

// Paths in as few lists as possible, none of which holds two files of one stem: PixInsight names outputs after stems.
AG.rounds = function( paths ) {
   var found = [], seen = {};
   paths.forEach( function( path ) {
      var key = "s" + AG.stem( path ).toLowerCase(), number = seen[key] || 0;
      seen[key] = number + 1;
      if ( number == found.length )
         found.push( [] );
      found[number].push( path );
   } );
   return found;
};

// Indices of the masters, each after those it is made with.
AG.mastersInOrder = function( masters ) {
   var waiting = masters.map( function( m, i ) { return i; } ), done = [], known = masters.map( function( m ) { return m.id; } );
   function ready( i ) {
      return masters[i].steps.every( function( step ) {
         return step.step != "calibrate" || [step.dark, step.bias, step.flat].every( function( id ) {
            return known.indexOf( id ) < 0 || done.some( function( d ) { return masters[d].id == id; } );
         } );
      } );
   }
   while ( waiting.length ) {
      var next = waiting.filter( ready )[0];
      if ( next === undefined )
         AG.refuse( "masters need each other in a circle: " + waiting.map( function( i ) { return masters[i].id; } ).join( ", " ), "masters",
            "a master can only be calibrated with masters that are built before it" );
      waiting.splice( waiting.indexOf( next ), 1 );
      done.push( next );
   }
   return done;
};

AG.mosaicOf = function( entry ) {
   if ( AG.known( entry.cfa ) !== null )
      return entry.cfa;
   var pattern = AG.known( entry.settings.bayer_pattern );
   return pattern === null ? null : typeof pattern == "string" && pattern.toLowerCase() != "none";
};

AG.countText = function( files ) {
   return files.length == 1 ? "1 frame" : files.length + " frames";
};

// { jobs, calibrated, masters }: what is to be run below `folder`. calibrated: [{ group, light, path, step }] of the lights.
AG.planJobs = function( plan, folder, rowOrder ) {
   var work = { folder: folder, plan: plan, jobs: [], calibrated: [], masters: {}, rowOrder: rowOrder === true };
   var names = AG.folderNames( plan.masters.map( function( m ) { return m.id; } ), "master" );
   plan.masters.forEach( function( master, i ) {
      work.masters[master.id] = master.file ? AG.absolute( master.file ) : folder + "/masters/" + names[i] + ".xisf";
   } );
   AG.mastersInOrder( plan.masters ).forEach( function( i ) {
      if ( !plan.masters[i].file )
         AG.entryJobs( work, plan.masters[i], plan.masters[i].role, names[i], "masters[" + i + "]" );
   } );
   AG.folderNames( plan.groups.map( function( g ) { return g.id; } ), "group" ).forEach( function( name, i ) {
      AG.entryJobs( work, plan.groups[i], null, name, "groups[" + i + "]" );
   } );
   return work;
};

// Every step of a master or a group, each working on what the one before it wrote.
AG.entryJobs = function( work, entry, role, name, place ) {
   if ( !entry.frames.length )
      AG.refuse( "there are no frames here", place, "name frames, or a master file" );
   if ( role && !(entry.steps.length && entry.steps[entry.steps.length - 1].step == "integrate") )
      AG.refuse( "master '" + entry.id + "' is not integrated", place, "let its steps end with an integrate step" );
   var files = entry.frames.map( AG.absolute );
   entry.steps.forEach( function( step, i ) {
      var where = place + ".steps[" + i + "]", of = AG.countText( files ) + " of " + entry.id;
      switch ( step.step ) {
      case "calibrate":
         var about = { flats: role !== null, cfa: AG.mosaicOf( entry ), debayers: entry.steps.some( AG.is( "debayer" ) ), rowOrder: work.rowOrder };
         var used = { bias: AG.usedMaster( work, step.bias, where ), dark: AG.usedMaster( work, step.dark, where ), flat: AG.usedMaster( work, step.flat, where ) };
         files = AG.fileJobs( work, "ImageCalibration", name, "Calibrate " + of, AG.calibrateSettings( step, used, about, where ), files, "calibrated", "_c" );
         if ( !role )
            files.forEach( function( path, k ) { work.calibrated.push( { group: entry.id, light: entry.frames[k], path: path, step: step } ); } );
         break;
      case "cosmetic":
         AG.usedMaster( work, step.dark, where );
         files = AG.fileJobs( work, "CosmeticCorrection", name, "Cosmetic correction of " + of, AG.cosmeticSettings( step, where ), files, "cosmetic", "_cc" );
         break;
      case "debayer":
         files = AG.fileJobs( work, "Debayer", name, "Debayer " + of, AG.debayerSettings( step, where ), files, "debayered", "_d" );
         break;
      case "align":
         files = AG.fileJobs( work, "StarAlignment", name, "Align " + of + " to " + AG.stem( files[0] ), AG.alignSettings( step, files[0], where ), files, "registered", "_r" );
         break;
      case "integrate":
         AG.integrateJob( work, entry, role, name, step, files, where );
      }
   } );
};

AG.usedMaster = function( work, id, where ) {
   if ( id === null )
      return null;
   var master = AG.masterOf( work.plan, id );
   if ( master === null )
      AG.refuse( "there is no master '" + id + "'", where, "name a master of the plan" );
   return { master: master, path: work.masters[id] };
};

// A process that writes one file for each input; inputs of one name go into rounds with a prefix.
AG.fileJobs = function( work, process, name, what, settings, files, place, suffix ) {
   var folder = work.folder + "/" + place + "/" + name, written = {};
   AG.rounds( files ).forEach( function( part, i ) {
      var prefix = i ? "n" + (i + 1) + "_" : "";
      var outputs = part.map( function( file ) { return folder + "/" + prefix + AG.stem( file ) + suffix + ".xisf"; } );
      part.forEach( function( file, k ) { written[file] = outputs[k]; } );
      AG.addJob( work, process, name, what, settings.concat( AG.outputSettings( process, folder, prefix, part ) ), part, { outputs: outputs, folder: folder } );
   } );
   return files.map( function( file ) { return written[file]; } );
};

AG.integrateJob = function( work, entry, role, name, step, files, where ) {
   if ( files.length < AG.MINIMUM_FRAMES )
      AG.refuse( "ImageIntegration does not start with fewer than " + AG.MINIMUM_FRAMES + " images, and here are " + files.length, where,
         role ? "take more frames, or build the master elsewhere (Siril does with two) and give it as a file" : "take more lights, or plan without a stack" );
   var settings = AG.integrateSettings( step, role, work.rowOrder, where ).concat( [["images", AG.targetRows( "ImageIntegration", files )]] );
   var what = "Integrate " + AG.countText( files ) + ": " + (role ? "master " + role : "stack") + " " + entry.id;
   AG.addJob( work, "ImageIntegration", name, what, settings, files, { saveAs: role ? work.masters[entry.id] : work.folder + "/results/" + name + ".xisf" } );
};

AG.addJob = function( work, process, name, what, settings, files, more ) {
   var number = work.jobs.length + 1, plain = name.replace( /[^A-Za-z0-9]+/g, "_" ).replace( /^_+|_+$/g, "" );
   work.jobs.push( {
      number: number, process: process, name: "AG_" + (number < 10 ? "0" : "") + number + "_" + process + "_" + plain, what: what, settings: settings,
      inputs: files, outputs: more.outputs || [], saveAs: more.saveAs || null, folder: more.folder || null
   } );
};

// Folders that must exist before the first process runs.
AG.foldersOf = function( work ) {
   var written = work.jobs.filter( function( job ) { return job.folder; } ).map( function( job ) { return job.folder; } );
   var saved = work.jobs.filter( function( job ) { return job.saveAs; } ).map( function( job ) { return AG.folderOf( job.saveAs ); } );
   return AG.once( written.concat( saved ) );
};

// Sizes that do not fit make ImageCalibration stop in the middle of the run. frames: those of the plan by path.
AG.refuseSizes = function( plan, frames ) {
   function size( path ) {
      var f = frames[path];
      return f ? [f.width, f.height, f.planes || 1].map( function( n ) { return AG.known( n ) === null ? "?" : n; } ).join( " x " ) : "not read";
   }
   var sizes = {};
   plan.masters.forEach( function( m ) { sizes[m.id] = size( m.file || m.frames[0] ); } );
   plan.masters.concat( plan.groups ).forEach( function( entry ) {
      entry.frames.forEach( function( path ) {
         if ( size( path ) != size( entry.frames[0] ) )
            AG.refuse( "is " + size( path ) + ", the first of " + entry.id + " is not", path, "take the frame that differs out of the plan" );
      } );
      entry.steps.filter( AG.is( "calibrate" ) ).forEach( function( step ) {
         [step.dark, step.bias, step.flat].forEach( function( id ) {
            if ( id !== null && entry.frames.length && sizes[id] !== undefined && sizes[id] != size( entry.frames[0] ) )
               AG.refuse( "the master " + id + " is " + sizes[id] + ", the frames are " + size( entry.frames[0] ), entry.id, "use a master of the frames' size and binning" );
         } );
      } );
   } );
};
