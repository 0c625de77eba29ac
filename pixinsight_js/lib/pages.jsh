// The window: three pages over one model, for either engine.

AG.FRAME_FILES = ["*.fit", "*.fits", "*.fts", "*.xisf"];

AG.pickFiles = function( caption, filter ) {
   var dialog = new OpenFileDialog;
   dialog.caption = caption;
   dialog.multipleSelections = true;
   dialog.filters = [filter || ["Frames"].concat( AG.FRAME_FILES )];
   return dialog.execute() ? dialog.fileNames : [];
};

AG.pickFolder = function( caption, first ) {
   var dialog = new GetDirectoryDialog;
   dialog.caption = caption;
   if ( first )
      dialog.initialPath = first;
   return dialog.execute() ? dialog.directory.replace( /\\/g, "/" ).replace( /(.)\/+$/, "$1" ) : "";
};

AG.tell = function( text ) {
   (new MessageBox( AG.unmarked( text ), "AmpGlow" )).execute();
};

AG.fill = function( tree, rows ) {
   tree.clear();
   rows.forEach( function( row ) {
      var node = new TreeBoxNode( tree );
      row.forEach( function( text, column ) { node.setText( column, text ); } );
   } );
   for ( var c = 0; c < tree.numberOfColumns; ++c )
      tree.adjustColumnWidthToContents( c );
};

// The page of the rule that a row names, as `ampglow rule` prints it.
AG.explain = function( node ) {
   var code = /^AG\d{3}$/.exec( node.text( 0 ) ) || /^AG\d{3}$/.exec( node.text( 1 ) );
   if ( code !== null && AG.tables.pages[code[0]] )
      AG.tell( AG.tables.pages[code[0]] );
};

// One page: a line that says how things stand, rows of controls, a table of four columns, and a hint below it.
// controls: rows of { text, tip, act } for buttons, { text, tip, option } for boxes to check.
AG.page = function( window, model, name, headings, controls, hint ) {
   var page = new Control( window.dialog ), tree = new TreeBox( page ), said = new Label( page ), below = new Label( page );
   function refresh() {
      said.text = model.said[name];
      AG.fill( tree, model.rows[name] );
   }
   said.wordWrapping = true;
   below.wordWrapping = true;
   below.text = hint;
   tree.numberOfColumns = headings.length;
   tree.headerVisible = true;
   tree.rootDecoration = false;
   tree.alternateRowColor = true;
   tree.onNodeDoubleClicked = AG.explain;
   headings.forEach( function( text, column ) { tree.setHeaderText( column, text ); } );
   page.sizer = new VerticalSizer;
   page.sizer.margin = 8;
   page.sizer.spacing = 6;
   controls.forEach( function( row ) {
      var line = new HorizontalSizer;
      line.spacing = 6;
      row.forEach( function( entry ) { line.add( AG.control( window, page, model, entry ) ); } );
      line.addStretch();
      page.sizer.add( line );
   } );
   page.sizer.add( said );
   page.sizer.add( tree, 100 );
   page.sizer.add( below );
   refresh();
   window.refreshers.push( refresh );
   return page;
};

AG.control = function( window, page, model, entry ) {
   var control = entry.option ? new CheckBox( page ) : new PushButton( page );
   control.text = entry.text;
   control.toolTip = entry.tip;
   if ( entry.option ) {
      control.checked = model[entry.option];
      control.onCheck = function( checked ) {
         AG.act( window, function() { model.choose( entry.option, checked ); } );
      };
   } else
      control.onClick = function() { AG.act( window, entry.act ); };
   return control;
};

// What a control does, one thing at a time; what goes wrong is told, and the pages show how things stand then.
AG.act = function( window, work ) {
   if ( window.busy )
      return; // a click that came through while another one is being worked on
   window.busy = true;
   try {
      work();
   } catch ( error ) {
      AG.tell( AG.messageOf( error ) );
   }
   window.busy = false;
   window.refreshers.forEach( function( refresh ) { refresh(); } );
};

// What is to be run by processes is done after the window has closed, when the console and its Abort are free.
AG.later = function( window, model, page, work ) {
   model.page = page;
   model.task = work;
   window.dialog.ok();
};

AG.preflightPage = function( window, model ) {
   var picks = AG.ROLES.map( function( row ) {
      return { text: row[1] + "...", tip: "Add files to the " + row[1].toLowerCase() + ": single frames or a master. FITS and XISF.",
         act: function() {
            var paths = AG.pickFiles( row[1] );
            if ( paths.length )
               model.pick( row[0], paths );
         } };
   } );
   return AG.page( window, model, "preflight", AG.CHECK_HEADINGS, [picks, [
      { text: "Check", tip: "Read the headers, and compare each group of lights with what could calibrate it.", act: function() { model.check(); } },
      { text: "Clear", tip: "Forget all picked files. No file is touched.", act: function() { model.clear(); } }
   ]], "Exposure, gain, offset, temperature, readout mode, size, camera and age are compared by the limits of 'ampglow check'. The command also looks at "
      + "pixels, file names and folders." );
};

AG.calibratePage = function( window, model ) {
   return AG.page( window, model, "calibrate", ["Step", "Process", "What", "State"], [[
      { text: "Plan the picked frames", tip: "Make the plan: masters, ImageCalibration, CosmeticCorrection, Debayer, StarAlignment.", act: function() { model.makePlan(); } },
      { text: "Load a plan...", tip: "Load plan.json, which 'ampglow emit --host pixinsight' writes beside its icons.", act: function() {
         var paths = AG.pickFiles( "Plan", ["Plans", "*.json"] );
         if ( paths.length )
            model.loadPlan( paths[0] );
      } },
      { text: "Replace hot pixels", tip: "CosmeticCorrection after the dark. It replaces hot pixels; it is no dark subtraction.", option: "cosmetic" },
      { text: "Stack", tip: "Integrate the aligned lights of each group as well.", option: "stack" }
   ], [
      { text: "Output folder...", tip: "A new folder for masters, calibrated frames and result.json. Nothing in it is written over.", act: function() {
         model.folder = AG.pickFolder( "Output folder", model.folder ) || model.folder;
         if ( model.folder )
            model.said.calibrate = (model.plan === null ? "No plan yet." : "The plan has " + model.rows.calibrate.filter( AG.isStep ).length + " steps.") + " Output folder: " + model.folder;
      } },
      { text: "Calibrate", tip: "Close this window, run the plan, and come back. Pause/Abort on the console stops it.", act: function() {
         if ( model.plan === null || model.folder == "" )
            throw new Error( model.plan === null ? "make a plan first, or load one" : "choose an output folder first" );
         AG.later( window, model, 1, function() { model.calibrate(); } );
      } }
   ]], "Optimize stays off: a scaled dark does not remove amp glow. The plan is judged by the order rules AG301 to AG318 before anything runs; "
      + "double-click a row that names a rule to read about it." );
};

AG.verifyPage = function( window, model ) {
   return AG.page( window, model, "verify", ["Output", "Dark", "Factor", "Why"], [[
      { text: "Outputs...", tip: "Read what the headers of calibrated frames (_c) say of their dark.", act: function() {
         var paths = AG.pickFiles( "Calibrated frames" );
         if ( paths.length )
            model.verify( paths );
      } },
      { text: "Prove by pixels...", tip: "Let the command ampglow compare raw light, output and dark. The folder is that of the run.", act: function() {
         var folder = AG.pickFolder( "Folder with result.json or ampglow-run.json", model.proved );
         if ( folder )
            AG.later( window, model, 2, function() { model.prove( folder ); } );
      } },
      { text: "Command...", tip: "Where the command ampglow lies, if it is not found by its name.", act: function() {
         model.program = AG.pickFiles( "The command ampglow", ["Programs", "*"] )[0] || model.program;
      } }
   ]], "Verify _c files: registered frames and stacks do not carry the history of each light. No record of a calibration does not mean that there was none." );
};

AG.build = function( dialog, model ) {
   var tabs = new TabBox( dialog ), window = { dialog: dialog, busy: false, refreshers: [] };
   tabs.addPage( AG.preflightPage( window, model ), "Pre-flight" );
   tabs.addPage( AG.calibratePage( window, model ), "Calibrate" );
   tabs.addPage( AG.verifyPage( window, model ), "Verify" );
   tabs.currentPageIndex = model.page;
   dialog.windowTitle = "AmpGlow " + AG.VERSION;
   dialog.userResizable = true;
   dialog.sizer = new VerticalSizer;
   dialog.sizer.margin = 8;
   dialog.sizer.add( tabs, 100 );
   dialog.setScaledMinSize( 900, 520 );
};

// Shows the window until it is closed without work left to do. make( model ) makes the window of the engine.
AG.main = function( make ) {
   var model = new AG.Model;
   for ( ;; ) {
      make( model ).execute();
      var task = model.task;
      model.task = null;
      if ( task === null )
         return;
      try {
         task();
      } catch ( error ) {
         AG.say( "criticalln", AG.messageOf( error ) );
         AG.tell( AG.messageOf( error ) );
      }
   }
};
