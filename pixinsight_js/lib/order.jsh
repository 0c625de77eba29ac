// The order rules for a plan: the same verdicts, word for word, as the rules of these codes in Python. A plan says all
// that is to be done; what Python only asks of scripts (where they stand, what another script may have done) has no
// place here. ES5, no PixInsight needed.

AG.chains = function( plan ) {
   function chain( kind ) {
      return function( entry ) { return { kind: kind, id: entry.id, steps: entry.steps, entry: entry }; };
   }
   var built = plan.masters.filter( function( m ) { return m.steps.length; } );
   return built.map( chain( "master" ) ).concat( plan.groups.map( chain( "group" ) ) );
};

AG.takesBias = function( step ) {
   return step.bias !== null || Boolean( step.bias_level_adu );
};

AG.usesMasters = function( step ) {
   return step.dark !== null || step.flat !== null || AG.takesBias( step );
};

// Indices of the steps for which the test holds.
AG.where = function( chain, test ) {
   return chain.steps.map( function( step, i ) { return test( step ) ? i : -1; } ).filter( function( i ) { return i >= 0; } );
};

AG.is = function( name ) {
   return function( step ) { return step.step == name; };
};

AG.calibrations = function( chain, test ) {
   return AG.where( chain, function( step ) { return step.step == "calibrate" && (!test || test( step )); } );
};

AG.hasDark = function( step ) {
   return step.dark !== null;
};

AG.hasFlat = function( step ) {
   return step.flat !== null;
};

AG.masterOf = function( plan, id ) {
   return plan.masters.filter( function( m ) { return m.id == id; } )[0] || null;
};

// true where the dark still holds its bias, false where it is divided, null where nobody knows.
AG.holdsBias = function( plan, id ) {
   var master = AG.masterOf( plan, id );
   if ( master === null )
      return null;
   if ( !master.steps.length )
      return master.holds_bias;
   var built = !AG.calibrations( master, AG.takesBias ).length;
   return master.holds_bias === null || master.holds_bias === built ? built : null;
};

AG.RANK = ["calibrate", "cosmetic", "debayer", "align", "integrate"];
AG.STEP_WORDS = { calibrate: "calibration", cosmetic: "cosmetic correction", debayer: "debayering", align: "alignment", integrate: "integration" };
AG.FITTING = { dark: ["dark", "flatdark"], bias: ["bias"], flat: ["flat"] };
AG.LEVELS = ["dark", "flatdark", "bias"];
AG.SCALE_ONLY = ["none", "multiplicative", "multiplicative_scaling"];

// Each rule is called with a chain, the plan and say( step index or null, field or null, severity, message, fix ).
AG.orderRules = {
   AG301: function( chain, plan, say ) {
      chain.steps.forEach( function( step, late ) {
         for ( var early = 0; early < late; ++early ) {
            var before = chain.steps[early];
            if ( AG.RANK.indexOf( before.step ) <= AG.RANK.indexOf( step.step ) )
               continue;
            var judged = AG.judgePair( chain, early, step );
            if ( judged === null )
               continue;
            say( late, null, judged[0], AG.STEP_WORDS[step.step] + " stands behind " + AG.STEP_WORDS[before.step] + ": " + judged[1],
               "move it before the " + AG.STEP_WORDS[before.step] );
            return;
         }
      } );
   },
   AG302: function( chain, plan, say ) {
      var debayers = AG.where( chain, AG.is( "debayer" ) );
      if ( debayers.length && AG.calibrations( chain, AG.usesMasters ).some( function( i ) { return i > debayers[0]; } ) )
         say( debayers[0], null, "error", "the frames are debayered before they are calibrated", "move the debayering behind the calibration" );
   },
   AG303: function( chain, plan, say ) {
      AG.calibrations( chain, AG.hasDark ).forEach( function( i ) {
         var step = chain.steps[i], why;
         if ( step.dark_scaling == "none" )
            return;
         if ( !AG.calibrations( chain, AG.takesBias ).length )
            why = "and the bias level with it, as no bias is subtracted";
         else if ( AG.holdsBias( plan, step.dark ) )
            why = "and the bias level in it too";
         else {
            var glows = AG.glows( chain.entry.settings.camera );
            if ( glows === false )
               return;
            why = glows ? "which does not fit the glow" : "which would not fit a glow (the sensor is not known)";
         }
         var how = step.dark_scaling == "optimize" ? "optimised" : "scaled by exposure";
         say( i, "dark_scaling", "error", "the dark " + step.dark + " is " + how + ", " + why,
            "use a dark of the same exposure, unscaled (Siril: no -opt; PixInsight: Optimize off)" );
      } );
   },
   AG304: function( chain, plan, say ) {
      var biases = AG.calibrations( chain, AG.takesBias );
      if ( !biases.length )
         return;
      AG.calibrations( chain, AG.hasDark ).forEach( function( i ) {
         var dark = chain.steps[i].dark, held = AG.holdsBias( plan, dark );
         if ( held !== false )
            say( Math.max( i, biases[0] ), "bias", held ? "error" : "warning", held ? "the bias is subtracted twice: the dark " + dark + " holds it already"
               : "a bias is subtracted beside the dark " + dark + ", of which it is not known whether it holds its own",
               "leave the bias out, or use a dark with the bias subtracted (holds_bias: false)" );
      } );
   },
   AG305: function( chain, plan, say ) {
      if ( AG.calibrations( chain, AG.takesBias ).length )
         return;
      AG.calibrations( chain, AG.hasDark ).forEach( function( i ) {
         var dark = chain.steps[i].dark;
         if ( AG.holdsBias( plan, dark ) === false )
            say( i, "dark", "error", "the dark " + dark + " is free of bias and no bias is subtracted: the bias level stays in",
               "add the master bias, or use a dark that still holds it" );
      } );
   },
   AG306: function( chain, plan, say ) {
      var calibrations = AG.calibrations( chain ), fix = "add a dark of the same exposure, gain, offset, temperature and readout mode";
      if ( chain.kind != "group" || AG.calibrations( chain, AG.hasDark ).length )
         return;
      if ( calibrations.length )
         say( calibrations[0], "dark", "error", "these lights are calibrated without a dark: their glow stays", fix );
      else
         say( null, null, "warning", "nothing calibrates these frames: right only if they are calibrated already", fix );
   },
   AG307: function( chain, plan, say ) {
      var darks = AG.calibrations( chain, AG.hasDark );
      AG.where( chain, AG.is( "cosmetic" ) ).forEach( function( i ) {
         if ( darks.length && i < darks[darks.length - 1] )
            say( i, null, "error", "pixels are repaired before the dark is subtracted, which leaves a hole in each of them",
               "move the cosmetic correction behind the calibration" );
      } );
   },
   AG308: function( chain, plan, say ) {
      var align = AG.where( chain, AG.is( "align" ) )[0], calibrations = AG.calibrations( chain, AG.usesMasters );
      if ( align !== undefined && calibrations.length && align < calibrations[calibrations.length - 1] )
         say( align, null, "error", "the frames are aligned before they are calibrated", "move the alignment behind the calibration" );
   },
   AG309: function( chain, plan, say ) {
      if ( chain.kind != "master" )
         return;
      var role = chain.entry.role, flat = role == "flat";
      AG.where( chain, AG.is( "integrate" ) ).forEach( function( i ) {
         var step = chain.steps[i];
         if ( step.output_normalized )
            say( i, "output_normalized", "error", "the master " + role + " " + chain.id + " is stretched to the full range (output normalisation)",
               "switch output normalisation off" );
         if ( (flat ? AG.SCALE_ONLY : ["none"]).indexOf( step.normalization ) < 0 )
            say( i, "normalization", flat ? "warning" : "error",
               "the master " + role + " " + chain.id + " is integrated with " + step.normalization.replace( /_/g, " " ) + " normalisation",
               flat ? "use multiplicative" : "use none (Siril: -nonorm; PixInsight: NoNormalization)" );
      } );
   },
   AG310: function( chain, plan, say ) {
      if ( chain.kind != "master" || chain.entry.role == "flat" )
         return;
      AG.where( chain, AG.is( "integrate" ) ).forEach( function( i ) {
         var combination = chain.steps[i].combination;
         if ( combination != "mean" && combination != "median" )
            say( i, "combination", "error", "the master " + chain.id + " is the " + combination + " of its frames, which is not the level of one",
               "combine by mean with rejection" );
      } );
   },
   AG311: function( chain, plan, say ) {
      [["dark", AG.hasDark], ["bias", AG.takesBias], ["flat", AG.hasFlat]].forEach( function( kind ) {
         AG.calibrations( chain, kind[1] ).slice( 1 ).forEach( function( i ) {
            say( i, kind[0], "error", "a " + kind[0] + " is applied a second time to the same frames",
               "remove the second calibration, or give it the raw frames" );
         } );
      } );
   },
   AG312: function( chain, plan, say ) {
      if ( chain.kind != "group" )
         return;
      var levels = AG.calibrations( chain, function( step ) { return step.dark !== null || AG.takesBias( step ); } );
      AG.calibrations( chain, AG.hasFlat ).forEach( function( i ) {
         if ( levels.some( function( level ) { return level > i; } ) )
            say( i, "flat", "error", "the flat is applied before the dark or bias is subtracted", "subtract the dark in the same step" );
         else if ( !levels.length )
            say( i, "flat", "warning", "the flat divides the bias level and the glow too: neither dark nor bias is subtracted",
               "add a dark of the lights' settings" );
      } );
   },
   AG313: function( chain, plan, say ) {
      if ( chain.kind != "group" || !AG.calibrations( chain ).length || AG.calibrations( chain, AG.hasDark ).length )
         return;
      AG.where( chain, function( step ) { return step.step == "cosmetic" && step.method != "auto"; } ).forEach( function( i ) {
         say( i, "dark", "error", "the dark only serves to find hot pixels: nothing is subtracted, and the glow stays", "give the dark to the calibration as well" );
      } );
   },
   AG314: function( chain, plan, say ) {
      if ( chain.kind != "group" || chain.entry.cfa === null )
         return;
      var mosaic = chain.entry.cfa, pattern = chain.entry.bayer_pattern, debayered = false;
      chain.steps.forEach( function( step, i ) {
         var still = mosaic && !debayered;
         if ( step.step == "cosmetic" && step.cfa != still ) {
            if ( still )
               say( i, "cfa", "warning", "hot pixels of a colour mosaic are repaired from neighbours of other colours", "switch CFA on (Siril: -cfa)" );
            else
               say( i, "cfa", "info", "CFA is on, but the frames are " + (mosaic ? "debayered" : "mono") + " here", "switch CFA off" );
         } else if ( step.step == "debayer" ) {
            if ( !mosaic )
               say( i, null, "error", "mono frames are debayered", "remove the debayering" );
            else if ( step.pattern && pattern && step.pattern.toUpperCase() != pattern.toUpperCase() )
               say( i, "pattern", "warning", "debayered as " + step.pattern + ", but the frames say " + pattern, "leave the pattern to the header, or correct it" );
            debayered = true;
         } else if ( step.step == "align" ) {
            if ( still && !step.drizzle )
               say( i, null, "warning", "a colour mosaic is resampled before it is debayered, which mixes its colours", "debayer before aligning, or align by drizzle" );
            debayered = true; // whatever follows works on what alignment made
         }
      } );
   },
   AG315: function( chain, plan, say ) {
      chain.steps.forEach( function( step, i ) {
         var fields = step.step == "calibrate" ? ["dark", "bias", "flat"] : step.step == "cosmetic" && step.method == "dark" ? ["dark"] : [];
         fields.filter( function( field ) { return step[field] !== null; } ).forEach( function( field ) {
            var wrong = AG.judgeUse( plan, chain, field, step[field] );
            if ( wrong !== null )
               say( i, field, wrong[0], wrong[1], "correct the id, or define the master above its use" );
         } );
      } );
   },
   AG316: function( chain, plan, say ) {
      if ( chain.kind != "master" || AG.FITTING.dark.indexOf( chain.entry.role ) < 0 )
         return;
      var claim = chain.entry.holds_bias, divided = AG.calibrations( chain, AG.takesBias ).length > 0;
      if ( claim !== null && claim === divided )
         say( null, "holds_bias", "warning", claim ? chain.id + " is said to hold its bias, but its steps subtract one"
            : chain.id + " is said to be free of bias, but none of its steps subtracts one", "correct holds_bias" );
   },
   AG317: function( chain, plan, say ) {
      if ( chain.kind != "master" || chain.entry.role != "flat" )
         return;
      if ( !AG.calibrations( chain, function( step ) { return step.dark !== null || AG.takesBias( step ); } ).length )
         say( null, null, "warning", "the flats of " + chain.id + " keep their bias level: no flat-dark and no bias is subtracted",
            "add flat-darks (--flat-darks) or a bias (--bias)" );
   },
   AG318: function( chain, plan, say ) {
      var calibrations = AG.calibrations( chain );
      if ( chain.kind == "group" && calibrations.length && !AG.calibrations( chain, AG.hasFlat ).length )
         say( calibrations[0], "flat", "warning", "no flat: vignetting and dust stay in these lights", "take flats with the same optics and filter" );
   }
};

// [severity, why] where this step must not stand behind the earlier one; null where it may.
AG.judgePair = function( chain, early, step ) {
   var before = chain.steps[early];
   switch ( step.step ) {
   case "calibrate":
      if ( !AG.usesMasters( step ) )
         return null;
      if ( before.step == "cosmetic" )
         return step.dark !== null ? null : ["warning", "pixels are repaired before they are calibrated"];
      if ( before.step != "integrate" )
         return null; // AG302, AG308
      var linear = before.combination == "mean" && before.normalization == "none" && !before.output_normalized;
      return chain.kind == "master" && linear ? null : ["error", "the frames have to be calibrated one by one"];
   case "cosmetic":
      if ( before.step == "debayer" )
         return ["warning", "interpolation has already spread the hot pixels"];
      return step.method == "auto" ? ["warning", "the hot pixels are no longer single pixels"]
         : ["error", "the pixels of the dark are no longer where they were on the sensor"];
   case "debayer":
      return before.step == "align" && before.drizzle ? null : ["error", "the colours of the mosaic are mixed by then"];
   case "align":
      var aligned = chain.steps.slice( 0, early ).some( AG.is( "align" ) );
      return aligned ? null : ["error", "the frames were combined before they were aligned"];
   }
   return null;
};

AG.judgeUse = function( plan, chain, field, id ) {
   var position = plan.masters.map( function( m ) { return m.id; } ).indexOf( id );
   if ( position < 0 )
      return ["error", "the " + field + " " + id + " is not defined"];
   if ( chain.kind == "master" && position >= plan.masters.indexOf( chain.entry ) )
      return ["error", "the " + field + " " + id + " is used before it is built"];
   var role = plan.masters[position].role, level = AG.LEVELS.indexOf( role ) >= 0;
   if ( AG.FITTING[field].indexOf( role ) >= 0 || (chain.kind == "master" && AG.LEVELS.indexOf( field ) >= 0 && level) )
      return null;
   if ( field == "bias" && level )
      return ["warning", "the " + role + " " + id + " is subtracted as a bias"];
   return ["error", "the " + role + " " + id + " is used as a " + field];
};

// What is wrong with how masters are defined, as [master, field, message].
AG.judgeDefinitions = function( plan ) {
   var seen = [], found = [];
   plan.masters.forEach( function( master ) {
      if ( seen.indexOf( master.id ) >= 0 )
         found.push( [master, "id", "the id " + master.id + " is used twice"] );
      if ( Boolean( master.file ) == Boolean( master.frames.length ) )
         found.push( [master, "file", "the master " + master.id + " has " + (master.file ? "both a file and frames" : "neither a file nor frames")] );
      if ( master.frames.length > 1 && !master.steps.some( AG.is( "integrate" ) ) )
         found.push( [master, "steps", "the frames of master " + master.id + " are never integrated"] );
      seen.push( master.id );
   } );
   return found;
};

// true where the camera's sensor is known to glow, false where it is known not to, else null.
AG.glows = function( camera ) {
   var sensor = AG.sensorOf( typeof camera == "string" ? camera : null );
   if ( sensor === null || !sensor.severity )
      return null;
   return sensor.severity != "none" ? true : sensor.upper ? null : false;
};

// { rule, chain, step (index or null), field, severity, message, fix, allowed (the reason, or null) } of what failed.
AG.judgePlan = function( plan ) {
   var found = [], chains = AG.chains( plan );
   Object.keys( AG.orderRules ).forEach( function( rule ) {
      function add( id, step, field, severity, message, fix ) {
         found.push( { rule: rule, chain: id, step: step, field: field, severity: severity, message: message, fix: fix, allowed: AG.allowance( plan, rule, id ) } );
      }
      if ( rule == "AG315" )
         AG.judgeDefinitions( plan ).forEach( function( wrong ) {
            add( wrong[0].id, null, wrong[1], "error", wrong[2], "correct the definition of the master" );
         } );
      chains.forEach( function( chain ) {
         AG.orderRules[rule]( chain, plan, function( step, field, severity, message, fix ) {
            add( chain.id, step, field, severity, message, fix );
         } );
      } );
   } );
   return found;
};

// Why the plan accepts that this rule fails here, or null.
AG.allowance = function( plan, rule, id ) {
   var reasons = plan.allowed.filter( function( a ) { return a.rule == rule && (a.where === null || a.where == id); } );
   return reasons.length ? reasons[0].reason : null;
};

// Findings that stand in the way of running the plan.
AG.blocking = function( findings ) {
   return findings.filter( function( f ) { return f.severity == "error" && f.allowed === null; } );
};
