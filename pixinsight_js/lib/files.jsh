// Files through PixInsight: keywords, size and processing history, without opening a window.

AG.HISTORY = "PixInsight:ProcessingHistory";

// { cards, shape, document } of one FITS or XISF file.
AG.readFile = function( path ) {
   var dot = path.lastIndexOf( "." );
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
      var document = null;
      if ( format.canStoreImageProperties && file.imageProperties.some( function( p ) { return p[0] == AG.HISTORY; } ) )
         document = String( file.readImageProperty( AG.HISTORY ) );
      var image = images[0];
      return {
         cards: file.keywords.map( function( k ) { return AG.card( k.name, k.value, k.comment ); } ),
         shape: { width: image.width, height: image.height, planes: image.numberOfChannels, bits: image.bitsPerSample, floating: image.ieeefpSampleFormat },
         document: document
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

// Records of many files; one that cannot be read is listed with the reason.
AG.readRecords = function( paths ) {
   var found = { frames: [], problems: [] };
   paths.forEach( function( path ) {
      try {
         found.frames.push( AG.readRecord( path ) );
      } catch ( error ) {
         found.problems.push( path + ": " + (error.message || error) );
      }
   } );
   return found;
};

// The pixel proof is the command's; null where the command is not found.
AG.pixelProof = function( folder ) {
   try {
      var process = new ExternalProcess;
      process.start( "ampglow", ["verify", folder] );
      if ( !process.waitForStarted() )
         return null;
      process.waitForFinished();
      return String( process.stdout );
   } catch ( error ) {
      return null;
   }
};
