// What the header of an output says of its dark: HISTORY of PixInsight up to 1.9.1, and the processing history of
// XISF files from 1.9.3 on. ES5, no PixInsight needed. The same cases run through Python.

AG.wholeLines = function( cards ) {
   var starts = /^(\w+\.[\w.]+:|\w+ with \w+|CosmeticCorrection:|PCL|Processed|Integration|Demosaic|TimeGPS)/;
   var lines = [], cut = false;
   cards.forEach( function( card ) {
      if ( cut && lines.length && !starts.test( card ) )
         lines[lines.length - 1] += card;
      else
         lines.push( card );
      cut = card.length >= 72;
   } );
   return lines;
};

AG.numbers = function( text ) {
   return (text.match( /\d+(?:\.\d+)?(?:e[-+]?\d+)?/g ) || []).map( Number );
};

AG.blocksOfHistory = function( lines ) {
   var blocks = [], block = null, debayered = false;
   lines.forEach( function( line ) {
      if ( line.indexOf( "Demosaicing with" ) == 0 )
         debayered = true;
      if ( line.trim() == "Calibration with ImageCalibration process" ) {
         block = { enabled: {}, factors: null, optimized: false, debayered: debayered, dark: "" };
         blocks.push( block );
      } else if ( block !== null && line.indexOf( "ImageCalibration." ) == 0 ) {
         var key = line.substring( 17 ).split( ":" )[0], value = line.substring( line.indexOf( ":" ) + 1 ).trim();
         var enabled = /^master(Dark|Bias|Flat)\.enabled$/.exec( key );
         if ( enabled )
            block.enabled[enabled[1].toLowerCase()] = value == "true";
         else if ( key == "masterDark.fileName" )
            block.dark = value;
         else if ( key == "masterDark.scalingFactors" ) {
            block.optimized = true;
            block.factors = AG.numbers( value );
         }
      }
   } );
   return blocks;
};

AG.unescape = function( text ) {
   return text.replace( /&lt;/g, "<" ).replace( /&gt;/g, ">" ).replace( /&quot;/g, '"' ).replace( /&apos;/g, "'" ).replace( /&amp;/g, "&" );
};

// Steps of a processing history: { process, values }. A document type is refused, as no history has one.
AG.steps = function( document ) {
   if ( !document || /<!DOCTYPE/i.test( document ) )
      return [];
   var found = [], instance = /<instance\b([^>]*?)(\/>|>([\s\S]*?)<\/instance>)/g, match;
   while ( (match = instance.exec( document )) !== null ) {
      var name = /\bclass="([^"]*)"/.exec( match[1] ), values = {};
      if ( /\benabled="false"/.test( match[1] ) || name === null )
         continue;
      var parameter = /<parameter\b[^>]*?\bid="([^"]*)"(?:\s+value="([^"]*)")?\s*(\/>|>([\s\S]*?)<\/parameter>)/g, p;
      while ( (p = parameter.exec( match[3] || "" )) !== null )
         values[p[1]] = AG.unescape( p[2] !== undefined ? p[2] : p[4] || "" );
      found.push( { process: name[1], values: values } );
   }
   return found;
};

AG.blocksOfSteps = function( steps ) {
   var debayered = false, blocks = [];
   steps.forEach( function( step ) {
      if ( step.process == "Debayer" )
         debayered = true;
      if ( step.process != "ImageCalibration" )
         return;
      var enabled = {};
      ["Dark", "Bias", "Flat"].forEach( function( word ) {
         var stated = step.values["master" + word + "Enabled"];
         enabled[word.toLowerCase()] = stated !== "false" && Boolean( step.values["master" + word + "Path"] );
      } );
      var path = step.values.masterDarkPath || "";
      blocks.push( { enabled: enabled, factors: null, optimized: step.values.optimizeDarks !== "false", debayered: debayered, dark: path.split( /[\/\\]/ ).pop() } );
   } );
   return blocks;
};

AG.worst = function( factors ) {
   return factors.reduce( function( a, b ) { return Math.abs( b - 1 ) > Math.abs( a - 1 ) ? b : a; } );
};

// { claim, factor, why, dark }: applied, scaled, not_applied, applied_twice or silent. properties: names of those of an XISF file.
AG.evidence = function( cards, document, properties ) {
   var lines = AG.wholeLines( cards ), steps = AG.steps( document );
   var blocks = AG.blocksOfHistory( lines ).concat( AG.blocksOfSteps( steps ) ), more = blocks.length > 1 ? "; " + blocks.length + " calibrations are recorded" : "";
   function say( claim, factor, why ) {
      var darks = blocks.filter( function( b ) { return b.enabled.dark; } );
      return { claim: claim, factor: factor, why: why, dark: darks.length ? darks[0].dark : null };
   }
   if ( !blocks.length )
      return say( "silent", null, AG.whySilent( lines, steps, properties || [] ) );
   var twice = ["dark", "bias", "flat"].filter( function( role ) {
      return blocks.filter( function( b ) { return b.enabled[role]; } ).length > 1;
   } );
   if ( twice.length )
      return say( "applied_twice", null, blocks.length + " calibrations are recorded, and the " + twice[0] + " is in two of them" );
   var dark = blocks.filter( function( b ) { return b.enabled.dark; } )[0];
   if ( dark === undefined )
      return say( "not_applied", null, "the calibration ran with the master dark disabled" );
   if ( dark.debayered )
      return say( "not_applied", null, "the frame was debayered before: the dark does not fit its pixels any more" );
   if ( !dark.optimized )
      return say( "applied", 1, "the dark was subtracted as it is" + more );
   if ( dark.factors === null )
      return say( "scaled", null, "the dark was optimised (scaled); its factor is not in the header" + more );
   if ( dark.factors.every( function( f ) { return f <= AG.tables.numbers.no_effect; } ) )
      return say( "not_applied", dark.factors[0], "the dark was scaled to nothing: light and dark do not correlate" );
   var worst = AG.worst( dark.factors );
   return worst == 1 ? say( "applied", 1, "the dark was optimised, and its factor came out as 1.000" + more )
      : say( "scaled", worst, "the dark was optimised: scaled by " + worst.toFixed( 3 ) + more );
};

AG.whySilent = function( lines, steps, properties ) {
   function told( start, texts ) {
      return texts.some( function( text ) { return text.indexOf( start ) == 0; } );
   }
   function ran( process ) {
      return steps.some( function( step ) { return step.process == process; } );
   }
   if ( told( "PCL:Signature:Calibration", properties ) )
      return "ImageCalibration ran, but how is not recorded (its history was switched off)";
   if ( told( "Integration with ImageIntegration", lines ) || ran( "ImageIntegration" ) )
      return "an integration does not carry the history of its frames: verify the calibrated frames";
   if ( told( "Demosaicing with", lines ) || told( "PCL:CFASource", properties ) || ran( "Debayer" ) )
      return "debayered by PixInsight without a record of a calibration before it";
   if ( told( "CosmeticCorrection", lines ) || told( "PCL:Signature:Cosmetic", properties ) || ran( "CosmeticCorrection" ) )
      return "only a cosmetic correction is recorded, which says nothing about the dark";
   return "no calibration is recorded, which does not mean that there was none";
};
