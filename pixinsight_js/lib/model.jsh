// State and actions behind the window, for either engine.

AG.ROLES = [["light", "Lights"], ["dark", "Darks"], ["flat", "Flats"], ["darkflat", "Flat-darks"], ["bias", "Biases"]];

AG.Model = function() {
   this.page = 0;
   this.folder = "";
   this.program = "ampglow";
   this.stack = false;
   this.cosmetic = true;
   this.task = null; // what is to be done once the window is closed: see AG.main
   this.proved = "";
   this.clear();
};

AG.Model.prototype.clear = function() {
   var self = this;
   this.picked = {};
   AG.ROLES.forEach( function( row ) { self.picked[row[0]] = []; } );
   this.given = null;
   this.matches = [];
   this.plan = null;
   this.own = false; // the plan is that of the picked frames
   this.rows = { preflight: [], calibrate: [], verify: [] };
   this.said = { preflight: "Pick the lights and their calibration frames, then Check.", calibrate: "No plan yet.", verify: "Nothing looked at yet." };
};

// Files for a role. One that was picked for another role before belongs to the new one.
AG.Model.prototype.pick = function( role, paths ) {
   var self = this;
   Object.keys( this.picked ).forEach( function( other ) {
      self.picked[other] = self.picked[other].filter( function( path ) { return paths.indexOf( path ) < 0; } );
   } );
   this.picked[role] = this.picked[role].concat( AG.once( paths ) );
   this.given = null;
   this.plan = null;
   this.rows.calibrate = [];
   this.said.calibrate = "No plan yet.";
   this.rows.preflight = [];
   this.said.preflight = AG.ROLES.map( function( row ) { return row[1] + ": " + self.picked[row[0]].length; } ).join( ", " ) + ". Not checked yet.";
};

AG.Model.prototype.check = function() {
   var given = {}, problems = [], self = this;
   AG.ROLES.forEach( function( row ) {
      var found = AG.readRecords( self.picked[row[0]] );
      given[row[0]] = found.frames;
      problems = problems.concat( found.problems );
   } );
   this.given = given;
   this.matches = AG.matchAll( given );
   var errors = AG.errors( given, this.matches ), verdict = AG.verdict( this.matches, errors ), said = AG.VERDICTS[verdict.verdict] + ": " + verdict.sentence;
   this.rows.preflight = AG.checkRows( this.matches ).map( function( row ) {
      return [row.frames.join( ", " ), row["with"], row.fit, row.differs];
   } ).concat( errors.map( function( e ) { return [AG.clean( AG.fileName( e.path ) ), e.rule, "error", e.message]; } ) )
      .concat( problems.map( function( p ) { return ["not read", "", "error", AG.clean( p )]; } ) );
   if ( problems.length )
      said += " " + problems.length + (problems.length == 1 ? " file" : " files") + " could not be read.";
   this.said.preflight = said;
   AG.say( "noteln", said );
};

// The plan of what was picked, or the reasons why there is none.
AG.Model.prototype.makePlan = function() {
   if ( this.given === null )
      throw new Error( "check the picked frames on the page Pre-flight first" );
   var options = { stack: this.stack, cosmetic: this.cosmetic };
   Object.keys( AG.OPTIONS ).forEach( function( key ) {
      if ( options[key] === undefined )
         options[key] = AG.OPTIONS[key];
   } );
   var made = AG.makePlan( this.given, this.matches, options );
   this.own = true;
   this.show( made.plan, made.refused, "the picked frames" );
};

// A choice about the plan of the picked frames; one that is made already is made anew.
AG.Model.prototype.choose = function( option, value ) {
   this[option] = value;
   if ( this.own && this.given !== null )
      this.makePlan();
};

AG.Model.prototype.loadPlan = function( path ) {
   var read = AG.readPlan( AG.readText( path ) );
   this.own = false;
   this.show( read.plan, read.problems.map( function( p ) { return AG.fileName( path ) + ": " + p; } ), AG.fileName( path ) );
};

// What the plan does, and what the order rules say of it; or why there is none.
AG.Model.prototype.show = function( plan, refused, source ) {
   this.plan = null;
   this.rows.calibrate = refused.map( function( text ) { return ["-", "refused", text, ""]; } );
   if ( plan === null ) {
      this.said.calibrate = "There is no plan of " + source + ".";
      return;
   }
   var findings = AG.judgePlan( plan ), stop = AG.blocking( findings ).length;
   this.rows.calibrate = findings.map( function( f ) {
      return [f.rule, f.allowed === null ? f.severity : "allowed", f.chain + ": " + f.message, f.allowed === null ? f.fix : f.allowed];
   } );
   if ( stop ) {
      this.said.calibrate = "The plan of " + source + " breaks rules of calibration, and is not run.";
      return;
   }
   try {
      var work = AG.planJobs( plan, "...", false );
   } catch ( error ) {
      this.rows.calibrate.push( ["-", "refused", AG.messageOf( error ), ""] );
      this.said.calibrate = "PixInsight cannot do what the plan of " + source + " says.";
      return;
   }
   this.rows.calibrate = this.rows.calibrate.concat( work.jobs.map( function( job ) { return [String( job.number ), job.process, job.what, ""]; } ) );
   this.plan = plan;
   this.said.calibrate = "The plan of " + source + ": " + work.jobs.length + " steps. " + (this.folder ? "Output folder: " + this.folder : "Choose an output folder, then Calibrate.");
};

// Rows of steps are numbered; those of findings carry the code of a rule, or nothing.
AG.isStep = function( row ) {
   return /^\d+$/.test( row[0] );
};

AG.Model.prototype.calibrate = function() {
   if ( this.plan === null )
      throw new Error( "make a plan first, or load one" );
   if ( this.folder == "" )
      throw new Error( "choose an output folder first" );
   var self = this, first = this.rows.calibrate.filter( function( row ) { return !AG.isStep( row ); } );
   var read = AG.readRecords( AG.planFiles( this.plan ) ), frames = {};
   if ( read.problems.length )
      throw new Error( read.problems[0] );
   read.frames.forEach( function( frame ) { frames[frame.path] = frame; } );
   AG.refuseSizes( this.plan, frames );
   var rowOrder = read.frames.some( function( f ) { return AG.known( f.row_order ) !== null && !/\.xisf$/i.test( f.path ); } );
   var work = AG.planJobs( this.plan, this.folder, rowOrder );
   this.rows.calibrate = first.concat( work.jobs.map( function( job ) { return [String( job.number ), job.process, job.what, "waits"]; } ) );
   var result = AG.runWork( work, function( number, state ) { self.rows.calibrate[first.length + number - 1][3] = state; } );
   this.said.calibrate = result.error === null ? "Done. " + this.folder + " holds the results; now Verify." : "Stopped: " + result.error + ". What was done stands in result.json.";
   this.proved = this.folder;
   if ( result.steps.length )
      this.verify( AG.joined( work.calibrated.map( function( done ) { return File.exists( done.path ) ? [done.path] : []; } ) ) );
};

AG.Model.prototype.verify = function( paths ) {
   this.rows.verify = paths.map( function( path ) {
      try {
         AG.breathe();
         var file = AG.readFile( path ), found = AG.evidence( AG.historyOf( file ), file.document, file.properties );
         var claim = found.claim == "silent" ? "undecided" : found.claim;
         return [AG.clean( AG.fileName( path ) ), AG.tables.proof.done[claim], found.factor === null ? "-" : found.factor.toFixed( 3 ),
            found.why + (found.dark ? " (" + AG.clean( found.dark ) + ")" : "")];
      } catch ( error ) {
         return [AG.clean( AG.fileName( path ) ), "not read", "-", AG.messageOf( error )];
      }
   } );
   this.said.verify = "What the headers say. A header is testimony; only pixels are proof.";
};

AG.Model.prototype.prove = function( folder ) {
   var rows = AG.pixelProof( this.program, folder );
   if ( rows === null ) {
      this.said.verify = "The command ampglow was not found: choose it with Command..., or install it. Until then headers are all there is.";
      return;
   }
   this.rows.verify = rows;
   this.said.verify = "Proved by the pixels of raw light, output and masters, with the command ampglow.";
};
