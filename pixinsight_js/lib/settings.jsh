// What a step means in parameters of a PixInsight process. The same plans make the same settings in Python, where each
// has its reason beside it. ES5, no PixInsight needed.

AG.refuse = function( what, where, fix ) {
   var error = new Error( where + ": " + what + " (" + fix + ")" );
   error.what = what;
   error.where = where;
   throw error;
};

AG.COMBINATIONS = { mean: "Average", median: "Median", min: "Minimum", max: "Maximum" };
AG.REJECTIONS = { none: "NoRejection", percentile: "PercentileClip", sigma: "SigmaClip", winsorized: "WinsorizedSigmaClip", linear_fit: "LinearFit", gesdt: "Rejection_ESD" };
AG.REJECTION_LIMITS = { percentile: ["pcClipLow", "pcClipHigh"], sigma: ["sigmaLow", "sigmaHigh"], winsorized: ["sigmaLow", "sigmaHigh"],
   linear_fit: ["linearFitLow", "linearFitHigh"], gesdt: ["esdOutliersFraction", "esdAlpha"] };
AG.NORMALIZATIONS = { none: "NoNormalization", additive: "Additive", multiplicative: "Multiplicative", additive_scaling: "AdditiveWithScaling",
   multiplicative_scaling: "MultiplicativeWithScaling" };
AG.DEBAYER_METHODS = { vng: "VNG", bilinear: "Bilinear", superpixel: "SuperPixel" };

// Rows of the file table of a process.
AG.targetRows = function( process, files ) {
   var before = process == "StarAlignment" ? [true, true] : [true], after = process == "ImageIntegration" ? ["", ""] : [];
   return files.map( function( file ) { return before.concat( [file], after ); } );
};

// Input table, output folder and name of a process that writes files.
AG.outputSettings = function( process, folder, prefix, files ) {
   var brief = process == "CosmeticCorrection";
   var stated = [
      [AG.tables.processes[process].targets, AG.targetRows( process, files )],
      [brief ? "outputDir" : "outputDirectory", folder],
      [brief ? "overwrite" : "overwriteExistingFiles", true]
   ];
   if ( prefix )
      stated.push( [brief ? "prefix" : "outputPrefix", prefix] );
   if ( !brief )
      stated.push( ["onError", { Debayer: "OnError_Abort", StarAlignment: "Continue" }[process] || "Abort"] );
   return stated.concat( [["generateHistoryProperties", true]] );
};

// Input hints with the one that makes PixInsight follow ROWORDER, where frames carry it.
AG.hintSettings = function( process, rowOrder ) {
   return rowOrder ? [["inputHints", AG.tables.processes[process].hints + " use-roworder-keywords"]] : [];
};

// used: { bias, dark, flat }, each { master, path } or null. about: { flats, cfa, debayers, rowOrder }.
AG.calibrateSettings = function( step, used, about, where ) {
   if ( step.bias_level_adu )
      AG.refuse( "ImageCalibration cannot subtract a constant from the lights alone", where, "use a master bias, or a dark that holds its bias" );
   if ( step.dark_scaling == "exposure" )
      AG.refuse( "ImageCalibration cannot scale a dark by exposure", where, "do not scale the dark" );
   if ( !used.bias && !used.dark && !used.flat )
      AG.refuse( "ImageCalibration does not run without any master", where, "name a dark, a bias or a flat" );
   var holdsBias = used.dark !== null && used.dark.master.holds_bias !== false;
   var stated = [["enableCFA", about.cfa !== false]];
   [["Bias", used.bias], ["Dark", used.dark], ["Flat", used.flat]].forEach( function( row ) {
      stated.push( ["master" + row[0] + "Enabled", row[1] !== null] );
      stated.push( ["master" + row[0] + "Path", row[1] ? row[1].path : ""] );
   } );
   stated = stated.concat( [
      ["calibrateBias", false], ["calibrateDark", holdsBias], ["calibrateFlat", false],
      ["optimizeDarks", step.dark_scaling == "optimize"], ["outputSampleFormat", "f32"]
   ] );
   if ( used.flat )
      stated.push( ["separateCFAFlatScalingFactors", Boolean( step.equalize_cfa || !about.cfa )] );
   if ( !about.flats )
      stated.push( ["outputPedestalMode", "OutputPedestal_Auto"] );
   if ( about.flats || about.debayers || about.cfa )
      stated = stated.concat( [["evaluateNoise", false], ["evaluateSignal", false]] );
   return stated.concat( AG.hintSettings( "ImageCalibration", about.rowOrder ) );
};

// Hot pixels are looked for in each frame: the level of the dark is not measured here.
AG.cosmeticSettings = function( step, where ) {
   if ( step.method == "map" )
      AG.refuse( "a map of defects cannot be written for PixInsight", where, "use method dark" );
   var stated = [["cfa", step.cfa], ["useAutoDetect", true], ["hotAutoCheck", step.hot_sigma !== null], ["coldAutoCheck", step.cold_sigma !== null]];
   return stated.concat( [["hotAutoValue", step.hot_sigma], ["coldAutoValue", step.cold_sigma]].filter( function( row ) { return row[1]; } ) );
};

AG.debayerSettings = function( step, where ) {
   var method = AG.DEBAYER_METHODS[(step.method || "vng").toLowerCase()];
   if ( method === undefined )
      AG.refuse( "PixInsight has no debayer method '" + step.method + "'", where, "use one of " + Object.keys( AG.DEBAYER_METHODS ).join( ", " ) );
   var pattern = (step.pattern || "Auto").toUpperCase().replace( "AUTO", "Auto" );
   if ( AG.tables.processes.Debayer.patterns.indexOf( pattern ) < 0 )
      AG.refuse( "PixInsight has no CFA pattern '" + step.pattern + "'", where, "leave pattern out" );
   return [["cfaPattern", pattern], ["debayerMethod", method], ["showImages", false]];
};

AG.alignSettings = function( step, reference, where ) {
   if ( step.drizzle )
      AG.refuse( "drizzle needs DrizzleIntegration, which is not written here", where, "align without drizzle" );
   return [["referenceImage", reference], ["referenceIsFile", true], ["mode", "RegisterMatch"], ["generateDrizzleData", false]];
};

// role: of the master that is made, or null for a stack of lights.
AG.integrateSettings = function( step, role, rowOrder, where ) {
   if ( step.output_normalized )
      AG.refuse( "ImageIntegration does not stretch its output", where, "switch output_normalized off" );
   var combination = AG.COMBINATIONS[step.combination], rejection = AG.REJECTIONS[step.rejection];
   if ( combination === undefined || rejection === undefined )
      AG.refuse( "ImageIntegration has no " + (combination === undefined ? step.combination : "the rejection " + step.rejection), where, "use another, such as mean and winsorized" );
   var scale = { none: "NoRejectionNormalization", multiplicative: "EqualizeFluxes" }[step.normalization] || "Scale";
   var stated = [
      ["combination", combination], ["weightMode", "DontCare"], ["normalization", AG.NORMALIZATIONS[step.normalization]],
      ["rejection", rejection], ["rejectionNormalization", scale]
   ];
   (AG.REJECTION_LIMITS[step.rejection] || []).forEach( function( id, i ) { stated.push( [id, i ? step.high_sigma : step.low_sigma] ); } );
   stated.push( ["generateRejectionMaps", false] );
   if ( role )
      stated = stated.concat( [["rangeClipLow", false], ["evaluateSNR", false]] );
   return stated.concat( AG.hintSettings( "ImageIntegration", rowOrder ) );
};
