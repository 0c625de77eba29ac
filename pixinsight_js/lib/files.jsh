// Files through PixInsight: keywords, size and processing history, without opening a window.

AG.HISTORY = "PixInsight:ProcessingHistory";

// Text of bytes in UTF-8, whether PixInsight hands over the bytes or a text made of them one by one.
AG.decoded = function( given ) {
   if ( given !== null && typeof given == "object" && typeof given.utf8ToString == "function" )
      return given.utf8ToString();
   var text = String( given );
   try {
      return decodeURIComponent( escape( text ) );
   } catch ( error ) {
      return text; // decoded already
   }
};

// JSON in ASCII: whatever encoding a file is written in, it reads back the same.
AG.asciiJson = function( value ) {
   return JSON.stringify( value, null, 1 ).replace( /[\u007f-\uffff]/g, function( c ) {
      return "\\u" + ("0000" + c.charCodeAt( 0 ).toString( 16 )).slice( -4 );
   } );
};

AG.readText = function( path ) {
   return AG.decoded( File.readTextFile( path ) ).replace( /^\ufeff/, "" );
};

AG.messageOf = function( error ) {
   return String( error && error.message || error );
};

// Names of files and values of headers are no markup: console and messages would take <b> for a tag.
AG.unmarked = function( text ) {
   return String( text ).replace( /</g, "\u2039" );
};

AG.say = function( level, text ) {
   console[level]( "AmpGlow: " + AG.unmarked( text ) );
};

// Lets windows be drawn while something takes long.
AG.breathe = function() {
   if ( typeof processEvents == "function" )
      processEvents();
   else if ( typeof CoreApplication != "undefined" && typeof CoreApplication.processEvents == "function" )
      CoreApplication.processEvents();
};

// Ends the work where the user asked for it; for work that has switched Abort on.
AG.breatheOrAbort = function() {
   AG.breathe();
   if ( console.abortRequested )
      throw new Error( "aborted by the user" );
};

// { cards, shape, document, properties } of one FITS or XISF file; properties are the names of those that PixInsight writes.
AG.readFile = function( path ) {
   var dot = path.lastIndexOf( "." );
   if ( dot < 0 )
      throw new Error( "has no ending that tells its format: " + path );
   var format = new FileFormat( path.substring( dot ), true, false );
   if ( format.isNull )
      throw new Error( "PixInsight cannot read " + path );
   var file = new FileFormatInstance( format );
   if ( file.isNull )
      throw new Error( "PixInsight cannot read " + path );
   var images = file.open( path, "verbosity 0" );
   if ( !images || images.length < 1 )
      throw new Error( "holds no image: " + path );
   try {
      var names = format.canStoreImageProperties ? file.imageProperties.map( function( p ) { return String( p[0] ); } ) : [];
      var image = images[0];
      return {
         cards: file.keywords.map( function( k ) { return AG.card( k.name, k.value, k.comment ); } ),
         shape: { width: image.width, height: image.height, planes: image.numberOfChannels, bits: image.bitsPerSample, floating: image.ieeefpSampleFormat },
         document: names.indexOf( AG.HISTORY ) >= 0 ? String( file.readImageProperty( AG.HISTORY ) ) : null,
         properties: names.filter( function( name ) { return name.indexOf( "PCL:" ) == 0; } )
      };
   } finally {
      file.close();
   }
};

AG.readRecord = function( path ) {
   var file = AG.readFile( path );
   return AG.record( path, file.cards, file.shape );
};

AG.historyOf = function( file ) {
   return file.cards.filter( function( card ) { return card.key == "HISTORY"; } ).map( function( card ) { return card.text; } );
};

// { frames, problems }: records of many files; one that cannot be read is listed with the reason.
AG.readRecords = function( paths ) {
   var found = { frames: [], problems: [] };
   paths.forEach( function( path ) {
      AG.breathe();
      try {
         found.frames.push( AG.readRecord( path ) );
      } catch ( error ) {
         found.problems.push( path + ": " + AG.messageOf( error ) );
      }
   } );
   return found;
};
