// Order rules for a plan: the same verdicts as the rules of these codes in Python. ES5, no PixInsight needed.

AG.chains = function( plan ) {
   function chain( kind ) {
      return function( entry ) { return { kind: kind, id: entry.id, steps: entry.steps || [], entry: entry }; };
   }
   var masters = (plan.masters || []).filter( function( m ) { return (m.steps || []).length; } );
   return masters.map( chain( "master" ) ).concat( (plan.groups || []).map( chain( "group" ) ) );
};

AG.calibrations = function( chain ) {
   var found = [];
   chain.steps.forEach( function( step, i ) {
      if ( step.step == "calibrate" )
         found.push( { i: i, step: step } );
   } );
   return found;
};

AG.takesBias = function( step ) {
   return Boolean( step.bias ) || Boolean( step.bias_level_adu );
};

AG.usesMasters = function( step ) {
   return Boolean( step.dark || step.flat ) || AG.takesBias( step );
};

AG.holdsBias = function( plan, id ) {
   var masters = (plan.masters || []).filter( function( m ) { return m.id == id; } );
   if ( !masters.length )
      return null;
   var claim = AG.known( masters[0].holds_bias ), steps = masters[0].steps || [];
   if ( !steps.length )
      return claim;
   var built = !steps.some( function( s ) { return s.step == "calibrate" && AG.takesBias( s ); } );
   return claim === null || claim === built ? built : null;
};

// { rule, chain, step (index or null), severity }, in the order of the rules.
AG.judgePlan = function( plan ) {
   var found = [];
   function fail( rule, chain, step, severity ) {
      found.push( { rule: rule, chain: chain.id, step: step, severity: severity || "error" } );
   }
   var chains = AG.chains( plan );
   function first( chain, name ) {
      for ( var i = 0; i < chain.steps.length; ++i )
         if ( chain.steps[i].step == name )
            return i;
      return null;
   }
   chains.forEach( function( chain ) {
      var debayer = first( chain, "debayer" );
      if ( debayer !== null && AG.calibrations( chain ).some( function( c ) { return c.i > debayer && AG.usesMasters( c.step ); } ) )
         fail( "AG302", chain, debayer );
   } );
   chains.forEach( function( chain ) {
      var biases = AG.calibrations( chain ).filter( function( c ) { return AG.takesBias( c.step ); } );
      if ( biases.length )
         AG.calibrations( chain ).forEach( function( c ) {
            var held = c.step.dark ? AG.holdsBias( plan, c.step.dark ) : false;
            if ( c.step.dark && held !== false )
               fail( "AG304", chain, Math.max( c.i, biases[0].i ), held ? "error" : "warning" );
         } );
   } );
   chains.forEach( function( chain ) {
      if ( chain.kind != "group" )
         return;
      var calibrations = AG.calibrations( chain );
      var darkened = calibrations.some( function( c ) { return Boolean( c.step.dark ); } );
      if ( calibrations.length && !darkened )
         fail( "AG306", chain, calibrations[0].i );
      else if ( !calibrations.length )
         fail( "AG306", chain, null, "warning" );
   } );
   chains.forEach( function( chain ) {
      var darks = AG.calibrations( chain ).filter( function( c ) { return Boolean( c.step.dark ); } );
      chain.steps.forEach( function( step, i ) {
         if ( step.step == "cosmetic" && darks.length && i < darks[darks.length - 1].i )
            fail( "AG307", chain, i );
      } );
   } );
   chains.forEach( function( chain ) {
      var align = first( chain, "align" );
      if ( align !== null && AG.calibrations( chain ).some( function( c ) { return c.i > align && AG.usesMasters( c.step ); } ) )
         fail( "AG308", chain, align );
   } );
   chains.forEach( function( chain ) {
      [function( s ) { return s.dark; }, AG.takesBias, function( s ) { return s.flat; }].forEach( function( uses ) {
         AG.calibrations( chain ).filter( function( c ) { return uses( c.step ); } ).slice( 1 ).forEach( function( c ) {
            fail( "AG311", chain, c.i );
         } );
      } );
   } );
   return found;
};
