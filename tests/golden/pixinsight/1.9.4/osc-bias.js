#engine v8
// Written by ampglow VERSION for PixInsight 1.9.4; plan sha256 81e7c8c00643d71ceb07ba3f3234691055cb62c1db33f408651119ba375771ef
// Run it with Script > Execute Script File, or without a window being touched:
// PixInsight -n --automation-mode -r="ampglow.js" --force-exit   (give the whole path)

var RESULT = "/out/result.json";
var LOG = "/out/ampglow-pixinsight.log";
var FOLDERS = ["/out/calibrated/flat", "/out/calibrated/light-120s", "/out/cosmetic/light-120s", "/out/debayered/light-120s", "/out/registered/light-120s", "/out/masters", "/out/results"];
var SOURCES = ["/data/night/bias/bias_001.fits", "/data/night/bias/bias_002.fits", "/data/night/bias/bias_003.fits", "/data/night/bias/bias_004.fits", "/data/night/bias/bias_005.fits", "/data/night/bias/bias_006.fits", "/data/night/bias/bias_007.fits", "/data/night/bias/bias_008.fits", "/data/night/bias/bias_009.fits", "/data/night/bias/bias_010.fits", "/data/night/bias/bias_011.fits", "/data/night/bias/bias_012.fits", "/data/night/bias/bias_013.fits", "/data/night/bias/bias_014.fits", "/data/night/bias/bias_015.fits", "/data/night/bias/bias_016.fits", "/data/night/bias/bias_017.fits", "/data/night/bias/bias_018.fits", "/data/night/bias/bias_019.fits", "/data/night/bias/bias_020.fits", "/data/night/flat/flat_001.fits", "/data/night/flat/flat_002.fits", "/data/night/flat/flat_003.fits", "/data/night/flat/flat_004.fits", "/data/night/flat/flat_005.fits", "/data/night/light/light_001.fits", "/data/night/light/light_002.fits", "/data/night/light/light_003.fits", "/data/night/light/light_004.fits", "/data/night/light/light_005.fits", "/data/night/light/light_006.fits", "/data/library/dark-120s.xisf"];
var result = {"tool": "Written by ampglow VERSION for PixInsight 1.9.4; plan sha256 81e7c8c00643d71ceb07ba3f3234691055cb62c1db33f408651119ba375771ef", "version": "1.9.4", "status": "started", "error": null, "steps": []};

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

function work() {

   // 1. Integrate 20 frames: master bias bias
   // Plain mean of the frames as they are: no normalisation, no weights.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/masters/bias.xisf
   var P01 = new ImageIntegration;
   P01.combination = constant( ImageIntegration, "Average" );
   P01.weightMode = constant( ImageIntegration, "DontCare" );
   P01.normalization = constant( ImageIntegration, "NoNormalization" );
   P01.rejection = constant( ImageIntegration, "WinsorizedSigmaClip" );
   P01.rejectionNormalization = constant( ImageIntegration, "NoRejectionNormalization" );
   P01.sigmaLow = 3.0;
   P01.sigmaHigh = 3.0;
   P01.generateRejectionMaps = false;
   P01.rangeClipLow = false;
   P01.evaluateSNR = false;
   P01.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P01.images = [
      [true, "/data/night/bias/bias_001.fits", "", ""],
      [true, "/data/night/bias/bias_002.fits", "", ""],
      [true, "/data/night/bias/bias_003.fits", "", ""],
      [true, "/data/night/bias/bias_004.fits", "", ""],
      [true, "/data/night/bias/bias_005.fits", "", ""],
      [true, "/data/night/bias/bias_006.fits", "", ""],
      [true, "/data/night/bias/bias_007.fits", "", ""],
      [true, "/data/night/bias/bias_008.fits", "", ""],
      [true, "/data/night/bias/bias_009.fits", "", ""],
      [true, "/data/night/bias/bias_010.fits", "", ""],
      [true, "/data/night/bias/bias_011.fits", "", ""],
      [true, "/data/night/bias/bias_012.fits", "", ""],
      [true, "/data/night/bias/bias_013.fits", "", ""],
      [true, "/data/night/bias/bias_014.fits", "", ""],
      [true, "/data/night/bias/bias_015.fits", "", ""],
      [true, "/data/night/bias/bias_016.fits", "", ""],
      [true, "/data/night/bias/bias_017.fits", "", ""],
      [true, "/data/night/bias/bias_018.fits", "", ""],
      [true, "/data/night/bias/bias_019.fits", "", ""],
      [true, "/data/night/bias/bias_020.fits", "", ""]
   ];
   execute( P01, "ImageIntegration", "AG_01_ImageIntegration_bias", [] );
   saveIntegration( P01.integrationImageId, "/out/masters/bias.xisf" );

   // 2. Calibrate 5 frames of flat
   // Order: light - bias - dark, divided by the flat. The dark is subtracted as it is (Optimize off): a scaled dark leaves amp glow behind, or takes too much of it.
   var P02 = new ImageCalibration;
   P02.enableCFA = true;
   P02.masterBiasEnabled = true;
   P02.masterBiasPath = "/out/masters/bias.xisf";
   P02.masterDarkEnabled = false;
   P02.masterDarkPath = "";
   P02.masterFlatEnabled = false;
   P02.masterFlatPath = "";
   P02.calibrateBias = false;
   P02.calibrateDark = false;
   P02.calibrateFlat = false;
   P02.optimizeDarks = false;
   P02.outputSampleFormat = constant( ImageCalibration, "f32" );
   P02.evaluateNoise = false;
   P02.evaluateSignal = false;
   P02.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P02.targetFrames = [
      [true, "/data/night/flat/flat_001.fits"],
      [true, "/data/night/flat/flat_002.fits"],
      [true, "/data/night/flat/flat_003.fits"],
      [true, "/data/night/flat/flat_004.fits"],
      [true, "/data/night/flat/flat_005.fits"]
   ];
   P02.outputDirectory = "/out/calibrated/flat";
   P02.overwriteExistingFiles = true;
   P02.onError = constant( ImageCalibration, "Abort" );
   P02.generateHistoryProperties = true;
   execute( P02, "ImageCalibration", "AG_02_ImageCalibration_flat", ["/out/calibrated/flat/flat_001_c.xisf", "/out/calibrated/flat/flat_002_c.xisf", "/out/calibrated/flat/flat_003_c.xisf", "/out/calibrated/flat/flat_004_c.xisf", "/out/calibrated/flat/flat_005_c.xisf"] );

   // 3. Integrate 5 frames: master flat flat
   // Flats differ in brightness: they are scaled to one level. No weights.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/masters/flat.xisf
   var P03 = new ImageIntegration;
   P03.combination = constant( ImageIntegration, "Average" );
   P03.weightMode = constant( ImageIntegration, "DontCare" );
   P03.normalization = constant( ImageIntegration, "Multiplicative" );
   P03.rejection = constant( ImageIntegration, "PercentileClip" );
   P03.rejectionNormalization = constant( ImageIntegration, "EqualizeFluxes" );
   P03.pcClipLow = 0.3;
   P03.pcClipHigh = 0.3;
   P03.generateRejectionMaps = false;
   P03.rangeClipLow = false;
   P03.evaluateSNR = false;
   P03.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P03.images = [
      [true, "/out/calibrated/flat/flat_001_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_002_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_003_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_004_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_005_c.xisf", "", ""]
   ];
   execute( P03, "ImageIntegration", "AG_03_ImageIntegration_flat", [] );
   saveIntegration( P03.integrationImageId, "/out/masters/flat.xisf" );

   // 4. Calibrate 6 frames of light-120s
   // Order: light - bias - dark, divided by the flat. The dark is subtracted as it is (Optimize off): a scaled dark leaves amp glow behind, or takes too much of it.
   // The dark is free of bias: Calibrate is off for it.
   var P04 = new ImageCalibration;
   P04.enableCFA = true;
   P04.masterBiasEnabled = true;
   P04.masterBiasPath = "/out/masters/bias.xisf";
   P04.masterDarkEnabled = true;
   P04.masterDarkPath = "/data/library/dark-120s.xisf";
   P04.masterFlatEnabled = true;
   P04.masterFlatPath = "/out/masters/flat.xisf";
   P04.calibrateBias = false;
   P04.calibrateDark = false;
   P04.calibrateFlat = false;
   P04.optimizeDarks = false;
   P04.outputSampleFormat = constant( ImageCalibration, "f32" );
   P04.separateCFAFlatScalingFactors = true;
   P04.outputPedestalMode = constant( ImageCalibration, "OutputPedestal_Auto" );
   P04.evaluateNoise = false;
   P04.evaluateSignal = false;
   P04.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P04.targetFrames = [
      [true, "/data/night/light/light_001.fits"],
      [true, "/data/night/light/light_002.fits"],
      [true, "/data/night/light/light_003.fits"],
      [true, "/data/night/light/light_004.fits"],
      [true, "/data/night/light/light_005.fits"],
      [true, "/data/night/light/light_006.fits"]
   ];
   P04.outputDirectory = "/out/calibrated/light-120s";
   P04.overwriteExistingFiles = true;
   P04.onError = constant( ImageCalibration, "Abort" );
   P04.generateHistoryProperties = true;
   execute( P04, "ImageCalibration", "AG_04_ImageCalibration_light_120s", ["/out/calibrated/light-120s/light_001_c.xisf", "/out/calibrated/light-120s/light_002_c.xisf", "/out/calibrated/light-120s/light_003_c.xisf", "/out/calibrated/light-120s/light_004_c.xisf", "/out/calibrated/light-120s/light_005_c.xisf", "/out/calibrated/light-120s/light_006_c.xisf"] );

   // 5. Cosmetic correction of 6 frames of light-120s
   // The dark serves as a map of hot pixels only; it was subtracted by ImageCalibration before.
   var P05 = new CosmeticCorrection;
   P05.cfa = true;
   P05.masterDarkPath = "/data/library/dark-120s.xisf";
   P05.useMasterDark = true;
   P05.hotDarkCheck = true;
   P05.coldDarkCheck = false;
   P05.hotDarkLevel = 0.02;
   P05.hotAutoValue = 3.0;
   P05.targetFrames = [
      [true, "/out/calibrated/light-120s/light_001_c.xisf"],
      [true, "/out/calibrated/light-120s/light_002_c.xisf"],
      [true, "/out/calibrated/light-120s/light_003_c.xisf"],
      [true, "/out/calibrated/light-120s/light_004_c.xisf"],
      [true, "/out/calibrated/light-120s/light_005_c.xisf"],
      [true, "/out/calibrated/light-120s/light_006_c.xisf"]
   ];
   P05.outputDir = "/out/cosmetic/light-120s";
   P05.overwrite = true;
   P05.generateHistoryProperties = true;
   execute( P05, "CosmeticCorrection", "AG_05_CosmeticCorrection_light_120s", ["/out/cosmetic/light-120s/light_001_c_cc.xisf", "/out/cosmetic/light-120s/light_002_c_cc.xisf", "/out/cosmetic/light-120s/light_003_c_cc.xisf", "/out/cosmetic/light-120s/light_004_c_cc.xisf", "/out/cosmetic/light-120s/light_005_c_cc.xisf", "/out/cosmetic/light-120s/light_006_c_cc.xisf"] );

   // 6. Debayer 6 frames of light-120s
   // After calibration and never before: a dark is subtracted from raw pixels only.
   var P06 = new Debayer;
   P06.cfaPattern = constant( Debayer, "Auto" );
   P06.debayerMethod = constant( Debayer, "VNG" );
   P06.showImages = false;
   P06.targetItems = [
      [true, "/out/cosmetic/light-120s/light_001_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_002_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_003_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_004_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_005_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_006_c_cc.xisf"]
   ];
   P06.outputDirectory = "/out/debayered/light-120s";
   P06.overwriteExistingFiles = true;
   P06.onError = constant( Debayer, "OnError_Abort" );
   P06.generateHistoryProperties = true;
   execute( P06, "Debayer", "AG_06_Debayer_light_120s", ["/out/debayered/light-120s/light_001_c_cc_d.xisf", "/out/debayered/light-120s/light_002_c_cc_d.xisf", "/out/debayered/light-120s/light_003_c_cc_d.xisf", "/out/debayered/light-120s/light_004_c_cc_d.xisf", "/out/debayered/light-120s/light_005_c_cc_d.xisf", "/out/debayered/light-120s/light_006_c_cc_d.xisf"] );

   // 7. Align 6 frames of light-120s to light_001_c_cc_d
   // The reference is the first frame; choose a sharper one in referenceImage if you know it.
   var P07 = new StarAlignment;
   P07.referenceImage = "/out/debayered/light-120s/light_001_c_cc_d.xisf";
   P07.referenceIsFile = true;
   P07.mode = constant( StarAlignment, "RegisterMatch" );
   P07.generateDrizzleData = false;
   P07.targets = [
      [true, true, "/out/debayered/light-120s/light_001_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_002_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_003_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_004_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_005_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_006_c_cc_d.xisf"]
   ];
   P07.outputDirectory = "/out/registered/light-120s";
   P07.overwriteExistingFiles = true;
   P07.onError = constant( StarAlignment, "Continue" );
   P07.generateHistoryProperties = true;
   execute( P07, "StarAlignment", "AG_07_StarAlignment_light_120s", ["/out/registered/light-120s/light_001_c_cc_d_r.xisf", "/out/registered/light-120s/light_002_c_cc_d_r.xisf", "/out/registered/light-120s/light_003_c_cc_d_r.xisf", "/out/registered/light-120s/light_004_c_cc_d_r.xisf", "/out/registered/light-120s/light_005_c_cc_d_r.xisf", "/out/registered/light-120s/light_006_c_cc_d_r.xisf"] );

   // 8. Integrate 6 frames: stack light-120s
   // The stack of the aligned frames. Verify the calibrated frames, not this: it holds no history of them.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/results/light-120s.xisf
   var P08 = new ImageIntegration;
   P08.combination = constant( ImageIntegration, "Average" );
   P08.weightMode = constant( ImageIntegration, "DontCare" );
   P08.normalization = constant( ImageIntegration, "AdditiveWithScaling" );
   P08.rejection = constant( ImageIntegration, "PercentileClip" );
   P08.rejectionNormalization = constant( ImageIntegration, "Scale" );
   P08.pcClipLow = 0.3;
   P08.pcClipHigh = 0.3;
   P08.generateRejectionMaps = false;
   P08.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P08.images = [
      [true, "/out/registered/light-120s/light_001_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_002_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_003_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_004_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_005_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_006_c_cc_d_r.xisf", "", ""]
   ];
   leaveOutLost( P08, "AG_08_ImageIntegration_light_120s" );
   execute( P08, "ImageIntegration", "AG_08_ImageIntegration_light_120s", [] );
   saveIntegration( P08.integrationImageId, "/out/results/light-120s.xisf" );
}

unattended( work );
