// The pages of the dialog: what they show and do, for either engine. Each builds its controls below `parent`.

AG.VERSION = "@VERSION@";

// State and actions behind the pages; `ask` picks files, `tell` shows a message.
AG.Model = function( ask, tell ) {
   this.picked = { light: [], dark: [], flat: [], darkflat: [], bias: [] };
   this.flat = "";
   this.folder = "";
   this.debayer = true;
   this.matches = [];
   this.ask = ask;
   this.tell = tell;
};

AG.Model.prototype.check = function() {
   var given = {}, self = this;
   Object.keys( this.picked ).forEach( function( role ) {
      var found = AG.readRecords( self.picked[role] );
      given[role] = found.frames;
      found.problems.forEach( function( p ) { console.warningln( "AmpGlow: " + p ); } );
      if ( found.problems.length )
         self.tell( found.problems.length + " files could not be read; the console names them." );
   } );
   this.given = given;
   this.matches = AG.matchAll( given );
   var errors = AG.errors( given, this.matches ), verdict = AG.verdict( this.matches, errors );
   console.noteln( "AmpGlow: " + AG.VERDICTS[verdict.verdict] + ": " + verdict.sentence );
   errors.forEach( function( e ) { console.criticalln( "AmpGlow: " + e.rule + " " + e.message ); } );
   return AG.checkRows( this.matches ).map( function( row ) { return [row.frames.join( ", " ), row["with"], row.fit, row.differs]; } );
};

AG.Model.prototype.judgePlan = function( path ) {
   var plan;
   try {
      plan = JSON.parse( File.readTextFile( path ) );
   } catch ( error ) {
      throw new Error( "is no plan in JSON (a plan may be YAML; `ampglow emit` reads it and writes the script)" );
   }
   return AG.judgePlan( plan ).map( function( f ) {
      var rule = AG.tables.rules[f.rule];
      return [f.chain, f.severity, f.rule, rule.title + " " + rule.fix];
   } );
};

AG.Model.prototype.calibrate = function() {
   if ( !this.folder )
      throw new Error( "choose an output folder" );
   if ( !this.matches.length )
      throw new Error( "check the frames first" );
   var self = this;
   var darks = this.matches.filter( function( m ) { return m.role == "dark"; } );
   return AG.calibrate( darks, { given: this.given, folder: this.folder, flat: this.flat, debayer: this.debayer } ).map( function( r ) {
      if ( r.refused )
         return [r.id, "refused", "", r.refused];
      self.outputs = (self.outputs || []).concat( r.outputs );
      return [r.id, "done", r.outputs.length + " files", self.folder];
   } );
};

AG.Model.prototype.verify = function( paths ) {
   return paths.map( function( path ) {
      try {
         var file = AG.readFile( path ), found = AG.evidence( AG.historyOf( file ), file.document );
         var factor = found.factor === null ? "" : " (k = " + found.factor.toFixed( 3 ) + ")";
         return [AG.stem( path ), found.claim + factor, found.dark || "-", found.why];
      } catch ( error ) {
         return [AG.stem( path ), "unreadable", "-", String( error.message || error )];
      }
   } );
};

AG.fill = function( tree, rows ) {
   tree.clear();
   rows.forEach( function( row ) {
      var node = new TreeBoxNode( tree );
      row.forEach( function( text, column ) { node.setText( column, text ); } );
   } );
   for ( var c = 0; c < 4; ++c )
      tree.adjustColumnWidthToContents( c );
};

AG.pickFiles = function( caption ) {
   var dialog = new OpenFileDialog;
   dialog.caption = caption;
   dialog.multipleSelections = true;
   dialog.filters = [["Frames", "*.fit", "*.fits", "*.fts", "*.xisf"]];
   return dialog.execute() ? dialog.fileNames : [];
};

AG.pickFolder = function( caption ) {
   var dialog = new GetDirectoryDialog;
   dialog.caption = caption;
   return dialog.execute() ? dialog.directory : "";
};

AG.tell = function( text ) {
   (new MessageBox( text, "AmpGlow" )).execute();
};

// One page: a row of buttons above a table of four columns. buttons: [[text, function( tree )]].
AG.page = function( parent, headings, buttons, hint ) {
   var page = new Control( parent ), row = new HorizontalSizer, tree = new TreeBox( page ), label = new Label( page );
   row.spacing = 6;
   buttons.forEach( function( entry ) {
      var button = new PushButton( page );
      button.text = entry[0];
      button.onClick = function() {
         try {
            entry[1]( tree );
         } catch ( error ) {
            AG.tell( String( error.message || error ) );
         }
      };
      row.add( button );
   } );
   row.addStretch();
   tree.numberOfColumns = 4;
   headings.forEach( function( text, column ) { tree.setHeaderText( column, text ); } );
   label.text = hint;
   label.wordWrapping = true;
   page.sizer = new VerticalSizer;
   page.sizer.margin = 8;
   page.sizer.spacing = 6;
   page.sizer.add( label );
   page.sizer.add( row );
   page.sizer.add( tree, 100 );
   page.tree = tree;
   return page;
};

// The three pages in a TabBox; `dialog` is the window of either engine.
AG.build = function( dialog ) {
   var model = new AG.Model( AG.pickFiles, AG.tell ), tabs = new TabBox( dialog );
   var preflight = AG.page( dialog, AG.CHECK_HEADINGS, [
      ["Lights...", function() { model.picked.light = model.picked.light.concat( AG.pickFiles( "Lights" ) ); }],
      ["Darks...", function() { model.picked.dark = model.picked.dark.concat( AG.pickFiles( "Darks, or a master dark" ) ); }],
      ["Flats...", function() { model.picked.flat = model.picked.flat.concat( AG.pickFiles( "Flats, or a master flat" ) ); }],
      ["Flat-darks...", function() { model.picked.darkflat = model.picked.darkflat.concat( AG.pickFiles( "Flat-darks, or their master" ) ); }],
      ["Biases...", function() { model.picked.bias = model.picked.bias.concat( AG.pickFiles( "Biases, or a master bias" ) ); }],
      ["Check", function( tree ) { AG.fill( tree, model.check() ); }],
      ["Judge a plan (JSON)...", function( tree ) {
         var paths = AG.pickFiles( "Plan" );
         if ( paths.length )
            AG.fill( tree, model.judgePlan( paths[0] ) );
      }],
      ["Clear", function( tree ) {
         model.picked = { light: [], dark: [], flat: [], darkflat: [], bias: [] };
         model.matches = [];
         tree.clear();
      }]
   ], "Do these darks match these lights? Exposure, gain, offset, temperature, readout mode, size and camera are compared." );
   var calibrate = AG.page( dialog, ["Group", "Result", "Files", "Where"], [
      ["Master flat...", function() { model.flat = AG.pickFiles( "Master flat, made of calibrated flats" )[0] || ""; }],
      ["Output folder...", function() { model.folder = AG.pickFolder( "Output folder" ); }],
      ["Calibrate", function( tree ) { AG.fill( tree, model.calibrate() ); }]
   ], "ImageCalibration with Optimize off, for every group whose dark fits. Abort in the console stops it. A whole plan is run by the script that 'ampglow emit' writes." );
   var verify = AG.page( dialog, ["Output", "Verdict", "Dark", "Why"], [
      ["Outputs...", function( tree ) { AG.fill( tree, model.verify( AG.pickFiles( "Calibrated frames" ) ) ); }],
      ["Prove by pixels...", function( tree ) {
         var said = AG.pixelProof( AG.pickFolder( "Folder with ampglow-run.json" ) );
         if ( said === null )
            AG.tell( "The command ampglow was not found. Headers are testimony; only pixels are proof." );
         else
            AG.fill( tree, said.split( "\n" ).map( function( line ) { return [line, "", "", ""]; } ) );
      }]
   ], "What the header of each calibrated frame says of its dark. Verify _c files: stacks do not carry the history of their frames." );
   tabs.addPage( preflight, "Pre-flight" );
   tabs.addPage( calibrate, "Calibrate" );
   tabs.addPage( verify, "Verify" );
   dialog.windowTitle = "AmpGlow " + AG.VERSION;
   dialog.sizer = new VerticalSizer;
   dialog.sizer.margin = 8;
   dialog.sizer.add( tabs, 100 );
   dialog.model = model;
   dialog.pages = { preflight: preflight, calibrate: calibrate, verify: verify };
   dialog.setMinSize( 900, 480 );
};
