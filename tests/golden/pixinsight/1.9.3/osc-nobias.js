// Written by ampglow VERSION for PixInsight 1.9.3; plan sha256 8eaf458f3c8381af6e6608c6fc69eb9f131b7fd8c66d5e9fbaa542561e4b3ab6
// Run it with Script > Execute Script File, or without a window being touched:
// PixInsight -n --automation-mode -r="ampglow.js" --force-exit   (give the whole path)

var RESULT = "/out/result.json";
var LOG = "/out/ampglow-pixinsight.log";
var FOLDERS = ["/out/calibrated/flat", "/out/calibrated/light-120s", "/out/cosmetic/light-120s", "/out/debayered/light-120s", "/out/registered/light-120s", "/out/masters", "/out/results"];
var SOURCES = ["/data/night/flatdark/flatdark_001.fits", "/data/night/flatdark/flatdark_002.fits", "/data/night/flatdark/flatdark_003.fits", "/data/night/flatdark/flatdark_004.fits", "/data/night/flatdark/flatdark_005.fits", "/data/night/dark/dark_001.fits", "/data/night/dark/dark_002.fits", "/data/night/dark/dark_003.fits", "/data/night/dark/dark_004.fits", "/data/night/dark/dark_005.fits", "/data/night/dark/dark_006.fits", "/data/night/dark/dark_007.fits", "/data/night/dark/dark_008.fits", "/data/night/dark/dark_009.fits", "/data/night/dark/dark_010.fits", "/data/night/dark/dark_011.fits", "/data/night/dark/dark_012.fits", "/data/night/flat/flat_001.fits", "/data/night/flat/flat_002.fits", "/data/night/flat/flat_003.fits", "/data/night/flat/flat_004.fits", "/data/night/flat/flat_005.fits", "/data/night/light/light_001.fits", "/data/night/light/light_002.fits", "/data/night/light/light_003.fits", "/data/night/light/light_004.fits", "/data/night/light/light_005.fits", "/data/night/light/light_006.fits"];
var result = {"tool": "Written by ampglow VERSION for PixInsight 1.9.3; plan sha256 8eaf458f3c8381af6e6608c6fc69eb9f131b7fd8c66d5e9fbaa542561e4b3ab6", "version": "1.9.3", "status": "started", "error": null, "steps": []};

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

   // 1. Integrate 5 frames: master flatdark flatdark-3s
   // Plain mean of the frames as they are: no normalisation, no weights.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/masters/flatdark-3s.xisf
   var P01 = new ImageIntegration;
   P01.combination = constant( ImageIntegration, "Average" );
   P01.weightMode = constant( ImageIntegration, "DontCare" );
   P01.normalization = constant( ImageIntegration, "NoNormalization" );
   P01.rejection = constant( ImageIntegration, "PercentileClip" );
   P01.rejectionNormalization = constant( ImageIntegration, "NoRejectionNormalization" );
   P01.pcClipLow = 0.3;
   P01.pcClipHigh = 0.3;
   P01.generateRejectionMaps = false;
   P01.rangeClipLow = false;
   P01.evaluateSNR = false;
   P01.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P01.images = [
      [true, "/data/night/flatdark/flatdark_001.fits", "", ""],
      [true, "/data/night/flatdark/flatdark_002.fits", "", ""],
      [true, "/data/night/flatdark/flatdark_003.fits", "", ""],
      [true, "/data/night/flatdark/flatdark_004.fits", "", ""],
      [true, "/data/night/flatdark/flatdark_005.fits", "", ""]
   ];
   execute( P01, "ImageIntegration", "AG_01_ImageIntegration_flatdark_3s", [] );
   saveIntegration( P01.integrationImageId, "/out/masters/flatdark-3s.xisf" );

   // 2. Integrate 12 frames: master dark dark-120s
   // Plain mean of the frames as they are: no normalisation, no weights.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/masters/dark-120s.xisf
   var P02 = new ImageIntegration;
   P02.combination = constant( ImageIntegration, "Average" );
   P02.weightMode = constant( ImageIntegration, "DontCare" );
   P02.normalization = constant( ImageIntegration, "NoNormalization" );
   P02.rejection = constant( ImageIntegration, "WinsorizedSigmaClip" );
   P02.rejectionNormalization = constant( ImageIntegration, "NoRejectionNormalization" );
   P02.sigmaLow = 3.0;
   P02.sigmaHigh = 3.0;
   P02.generateRejectionMaps = false;
   P02.rangeClipLow = false;
   P02.evaluateSNR = false;
   P02.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P02.images = [
      [true, "/data/night/dark/dark_001.fits", "", ""],
      [true, "/data/night/dark/dark_002.fits", "", ""],
      [true, "/data/night/dark/dark_003.fits", "", ""],
      [true, "/data/night/dark/dark_004.fits", "", ""],
      [true, "/data/night/dark/dark_005.fits", "", ""],
      [true, "/data/night/dark/dark_006.fits", "", ""],
      [true, "/data/night/dark/dark_007.fits", "", ""],
      [true, "/data/night/dark/dark_008.fits", "", ""],
      [true, "/data/night/dark/dark_009.fits", "", ""],
      [true, "/data/night/dark/dark_010.fits", "", ""],
      [true, "/data/night/dark/dark_011.fits", "", ""],
      [true, "/data/night/dark/dark_012.fits", "", ""]
   ];
   execute( P02, "ImageIntegration", "AG_02_ImageIntegration_dark_120s", [] );
   saveIntegration( P02.integrationImageId, "/out/masters/dark-120s.xisf" );

   // 3. Calibrate 5 frames of flat
   // Order: light - bias - dark, divided by the flat. The dark is subtracted as it is (Optimize off): a scaled dark leaves amp glow behind, or takes too much of it.
   // The dark still holds its bias, so no bias is subtracted beside it. Calibrate stays on for the dark: without a bias it does nothing, and if you enable one later it prevents a double subtraction.
   var P03 = new ImageCalibration;
   P03.enableCFA = true;
   P03.masterBiasEnabled = false;
   P03.masterBiasPath = "";
   P03.masterDarkEnabled = true;
   P03.masterDarkPath = "/out/masters/flatdark-3s.xisf";
   P03.masterFlatEnabled = false;
   P03.masterFlatPath = "";
   P03.calibrateBias = false;
   P03.calibrateDark = true;
   P03.calibrateFlat = false;
   P03.optimizeDarks = false;
   P03.outputSampleFormat = constant( ImageCalibration, "f32" );
   P03.evaluateNoise = false;
   P03.evaluateSignal = false;
   P03.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P03.targetFrames = [
      [true, "/data/night/flat/flat_001.fits"],
      [true, "/data/night/flat/flat_002.fits"],
      [true, "/data/night/flat/flat_003.fits"],
      [true, "/data/night/flat/flat_004.fits"],
      [true, "/data/night/flat/flat_005.fits"]
   ];
   P03.outputDirectory = "/out/calibrated/flat";
   P03.overwriteExistingFiles = true;
   P03.onError = constant( ImageCalibration, "Abort" );
   P03.generateHistoryProperties = true;
   execute( P03, "ImageCalibration", "AG_03_ImageCalibration_flat", ["/out/calibrated/flat/flat_001_c.xisf", "/out/calibrated/flat/flat_002_c.xisf", "/out/calibrated/flat/flat_003_c.xisf", "/out/calibrated/flat/flat_004_c.xisf", "/out/calibrated/flat/flat_005_c.xisf"] );

   // 4. Integrate 5 frames: master flat flat
   // Flats differ in brightness: they are scaled to one level. No weights.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/masters/flat.xisf
   var P04 = new ImageIntegration;
   P04.combination = constant( ImageIntegration, "Average" );
   P04.weightMode = constant( ImageIntegration, "DontCare" );
   P04.normalization = constant( ImageIntegration, "Multiplicative" );
   P04.rejection = constant( ImageIntegration, "PercentileClip" );
   P04.rejectionNormalization = constant( ImageIntegration, "EqualizeFluxes" );
   P04.pcClipLow = 0.3;
   P04.pcClipHigh = 0.3;
   P04.generateRejectionMaps = false;
   P04.rangeClipLow = false;
   P04.evaluateSNR = false;
   P04.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P04.images = [
      [true, "/out/calibrated/flat/flat_001_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_002_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_003_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_004_c.xisf", "", ""],
      [true, "/out/calibrated/flat/flat_005_c.xisf", "", ""]
   ];
   execute( P04, "ImageIntegration", "AG_04_ImageIntegration_flat", [] );
   saveIntegration( P04.integrationImageId, "/out/masters/flat.xisf" );

   // 5. Calibrate 6 frames of light-120s
   // Order: light - bias - dark, divided by the flat. The dark is subtracted as it is (Optimize off): a scaled dark leaves amp glow behind, or takes too much of it.
   // The dark still holds its bias, so no bias is subtracted beside it. Calibrate stays on for the dark: without a bias it does nothing, and if you enable one later it prevents a double subtraction.
   var P05 = new ImageCalibration;
   P05.enableCFA = true;
   P05.masterBiasEnabled = false;
   P05.masterBiasPath = "";
   P05.masterDarkEnabled = true;
   P05.masterDarkPath = "/out/masters/dark-120s.xisf";
   P05.masterFlatEnabled = true;
   P05.masterFlatPath = "/out/masters/flat.xisf";
   P05.calibrateBias = false;
   P05.calibrateDark = true;
   P05.calibrateFlat = false;
   P05.optimizeDarks = false;
   P05.outputSampleFormat = constant( ImageCalibration, "f32" );
   P05.separateCFAFlatScalingFactors = true;
   P05.outputPedestalMode = constant( ImageCalibration, "OutputPedestal_Auto" );
   P05.evaluateNoise = false;
   P05.evaluateSignal = false;
   P05.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P05.targetFrames = [
      [true, "/data/night/light/light_001.fits"],
      [true, "/data/night/light/light_002.fits"],
      [true, "/data/night/light/light_003.fits"],
      [true, "/data/night/light/light_004.fits"],
      [true, "/data/night/light/light_005.fits"],
      [true, "/data/night/light/light_006.fits"]
   ];
   P05.outputDirectory = "/out/calibrated/light-120s";
   P05.overwriteExistingFiles = true;
   P05.onError = constant( ImageCalibration, "Abort" );
   P05.generateHistoryProperties = true;
   execute( P05, "ImageCalibration", "AG_05_ImageCalibration_light_120s", ["/out/calibrated/light-120s/light_001_c.xisf", "/out/calibrated/light-120s/light_002_c.xisf", "/out/calibrated/light-120s/light_003_c.xisf", "/out/calibrated/light-120s/light_004_c.xisf", "/out/calibrated/light-120s/light_005_c.xisf", "/out/calibrated/light-120s/light_006_c.xisf"] );

   // 6. Cosmetic correction of 6 frames of light-120s
   // The dark serves as a map of hot pixels only; it was subtracted by ImageCalibration before.
   var P06 = new CosmeticCorrection;
   P06.cfa = true;
   P06.masterDarkPath = "/out/masters/dark-120s.xisf";
   P06.useMasterDark = true;
   P06.hotDarkCheck = true;
   P06.coldDarkCheck = false;
   P06.hotDarkLevel = 0.02;
   P06.hotAutoValue = 3.0;
   P06.targetFrames = [
      [true, "/out/calibrated/light-120s/light_001_c.xisf"],
      [true, "/out/calibrated/light-120s/light_002_c.xisf"],
      [true, "/out/calibrated/light-120s/light_003_c.xisf"],
      [true, "/out/calibrated/light-120s/light_004_c.xisf"],
      [true, "/out/calibrated/light-120s/light_005_c.xisf"],
      [true, "/out/calibrated/light-120s/light_006_c.xisf"]
   ];
   P06.outputDir = "/out/cosmetic/light-120s";
   P06.overwrite = true;
   P06.generateHistoryProperties = true;
   execute( P06, "CosmeticCorrection", "AG_06_CosmeticCorrection_light_120s", ["/out/cosmetic/light-120s/light_001_c_cc.xisf", "/out/cosmetic/light-120s/light_002_c_cc.xisf", "/out/cosmetic/light-120s/light_003_c_cc.xisf", "/out/cosmetic/light-120s/light_004_c_cc.xisf", "/out/cosmetic/light-120s/light_005_c_cc.xisf", "/out/cosmetic/light-120s/light_006_c_cc.xisf"] );

   // 7. Debayer 6 frames of light-120s
   // After calibration and never before: a dark is subtracted from raw pixels only.
   var P07 = new Debayer;
   P07.cfaPattern = constant( Debayer, "Auto" );
   P07.debayerMethod = constant( Debayer, "VNG" );
   P07.showImages = false;
   P07.targetItems = [
      [true, "/out/cosmetic/light-120s/light_001_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_002_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_003_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_004_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_005_c_cc.xisf"],
      [true, "/out/cosmetic/light-120s/light_006_c_cc.xisf"]
   ];
   P07.outputDirectory = "/out/debayered/light-120s";
   P07.overwriteExistingFiles = true;
   P07.onError = constant( Debayer, "OnError_Abort" );
   P07.generateHistoryProperties = true;
   execute( P07, "Debayer", "AG_07_Debayer_light_120s", ["/out/debayered/light-120s/light_001_c_cc_d.xisf", "/out/debayered/light-120s/light_002_c_cc_d.xisf", "/out/debayered/light-120s/light_003_c_cc_d.xisf", "/out/debayered/light-120s/light_004_c_cc_d.xisf", "/out/debayered/light-120s/light_005_c_cc_d.xisf", "/out/debayered/light-120s/light_006_c_cc_d.xisf"] );

   // 8. Align 6 frames of light-120s to light_001_c_cc_d
   // The reference is the first frame; choose a sharper one in referenceImage if you know it.
   var P08 = new StarAlignment;
   P08.referenceImage = "/out/debayered/light-120s/light_001_c_cc_d.xisf";
   P08.referenceIsFile = true;
   P08.mode = constant( StarAlignment, "RegisterMatch" );
   P08.generateDrizzleData = false;
   P08.targets = [
      [true, true, "/out/debayered/light-120s/light_001_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_002_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_003_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_004_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_005_c_cc_d.xisf"],
      [true, true, "/out/debayered/light-120s/light_006_c_cc_d.xisf"]
   ];
   P08.outputDirectory = "/out/registered/light-120s";
   P08.overwriteExistingFiles = true;
   P08.onError = constant( StarAlignment, "Continue" );
   P08.generateHistoryProperties = true;
   execute( P08, "StarAlignment", "AG_08_StarAlignment_light_120s", ["/out/registered/light-120s/light_001_c_cc_d_r.xisf", "/out/registered/light-120s/light_002_c_cc_d_r.xisf", "/out/registered/light-120s/light_003_c_cc_d_r.xisf", "/out/registered/light-120s/light_004_c_cc_d_r.xisf", "/out/registered/light-120s/light_005_c_cc_d_r.xisf", "/out/registered/light-120s/light_006_c_cc_d_r.xisf"] );

   // 9. Integrate 6 frames: stack light-120s
   // The stack of the aligned frames. Verify the calibrated frames, not this: it holds no history of them.
   // ImageIntegration leaves a window and writes no file. Save it as: /out/results/light-120s.xisf
   var P09 = new ImageIntegration;
   P09.combination = constant( ImageIntegration, "Average" );
   P09.weightMode = constant( ImageIntegration, "DontCare" );
   P09.normalization = constant( ImageIntegration, "AdditiveWithScaling" );
   P09.rejection = constant( ImageIntegration, "PercentileClip" );
   P09.rejectionNormalization = constant( ImageIntegration, "Scale" );
   P09.pcClipLow = 0.3;
   P09.pcClipHigh = 0.3;
   P09.generateRejectionMaps = false;
   P09.inputHints = "fits-keywords normalize raw cfa signed-is-physical use-roworder-keywords";
   P09.images = [
      [true, "/out/registered/light-120s/light_001_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_002_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_003_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_004_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_005_c_cc_d_r.xisf", "", ""],
      [true, "/out/registered/light-120s/light_006_c_cc_d_r.xisf", "", ""]
   ];
   leaveOutLost( P09, "AG_09_ImageIntegration_light_120s" );
   execute( P09, "ImageIntegration", "AG_09_ImageIntegration_light_120s", [] );
   saveIntegration( P09.integrationImageId, "/out/results/light-120s.xisf" );
}

unattended( work );
