// The command `ampglow`, where it is installed, proves by pixels what headers only say.

AG.OUTPUTS_A_CALL = 20; // a command line of Windows has an end
AG.WAIT_MS = 250;

// { code, out, err } of a run of the command, or null where it cannot be started.
AG.command = function( program, words ) {
   var process = new ExternalProcess;
   try {
      process.start( program, words );
      if ( !process.waitForStarted() )
         return null;
   } catch ( error ) {
      return null;
   }
   console.abortEnabled = true;
   try {
      while ( !process.waitForFinished( AG.WAIT_MS ) )
         AG.breatheOrAbort();
   } catch ( error ) {
      process.kill();
      throw error;
   } finally {
      console.abortEnabled = false;
   }
   return { code: process.exitCode, out: AG.decoded( process.stdout ), err: AG.decoded( process.stderr ) };
};

// Words for `ampglow verify`, one call for outputs that share their masters. proof: as in result.json.
AG.proofCalls = function( proof, folder ) {
   var calls = [];
   AG.gather( proof, function( p ) { return [p.dark, p.flat, p.bias]; } ).forEach( function( alike ) {
      for ( var i = 0; i < alike.length; i += AG.OUTPUTS_A_CALL ) {
         var part = alike.slice( i, i + AG.OUTPUTS_A_CALL ), words = ["verify", "--json"];
         [["--dark", part[0].dark], ["--flat", part[0].flat], ["--bias", part[0].bias], ["--log", folder + "/" + AG.RESULT]].forEach( function( pair ) {
            if ( pair[1] )
               words = words.concat( pair );
         } );
         if ( part[0].darkFrames.length )
            words = words.concat( ["--dark-frames"], part[0].darkFrames );
         words = words.concat( ["--light"], part.map( function( p ) { return p.light; } ), ["--"], part.map( function( p ) { return p.output; } ) );
         calls.push( words );
      }
   } );
   return calls;
};

// Rows of the page from JSON lines: [output, verdict, factor, why]. What is no proof is shown as it stands.
AG.proofRows = function( said ) {
   var rows = [];
   said.out.split( "\n" ).forEach( function( line ) {
      var record = null;
      try {
         record = JSON.parse( line );
      } catch ( error ) {
         return;
      }
      if ( record && record.record == "proof" )
         rows.push( [AG.fileName( record.path.replace( /\\/g, "/" ) ), AG.tables.proof.done[record.verdict] + ", " + AG.tables.proof.success[record.success],
            typeof record.factor == "number" ? record.factor.toFixed( 3 ) : "-", record.reasons.join( " " )] );
   } );
   if ( !rows.length )
      rows.push( ["ampglow", "not proved", "-", said.err.trim() || "it ended with code " + said.code + " and said nothing"] );
   return rows;
};

// Rows for all outputs of a folder, or null where the command is not found.
AG.pixelProof = function( program, folder ) {
   var calls;
   if ( File.exists( folder + "/ampglow-run.json" ) )
      calls = [["verify", "--json", folder]];
   else if ( File.exists( folder + "/" + AG.RESULT ) )
      calls = AG.proofCalls( JSON.parse( AG.readText( folder + "/" + AG.RESULT ) ).proof || [], folder );
   else
      throw new Error( "this folder holds neither ampglow-run.json nor result.json, so nobody knows what belongs together" );
   var rows = [];
   for ( var i = 0; i < calls.length; ++i ) {
      AG.say( "writeln", [program].concat( calls[i] ).join( " " ) );
      var said = AG.command( program, calls[i] );
      if ( said === null )
         return null;
      rows = rows.concat( AG.proofRows( said ) );
   }
   return rows;
};
