// Matches to the one plan of calibration: masters first, then every group of lights with its steps in the one order
// there is. The same nights make the same plan in Python. ES5, no PixInsight needed.

AG.SETTINGS = ["camera", "camera_serial", "exposure_s", "temperature_c", "setpoint_c", "gain", "offset", "readout_mode",
   "conversion_gain", "xbinning", "ybinning", "width", "height", "bayer_pattern", "filter"];

// Settings that all frames share and know; measured temperatures as their mean, to 0.1 degrees.
AG.commonSettings = function( frames, more ) {
   var common = {};
   AG.SETTINGS.concat( more || [] ).forEach( function( field ) {
      var values = frames.map( function( frame ) { return AG.known( frame[field] ); } );
      if ( !values.length || values.indexOf( null ) >= 0 )
         return;
      if ( field == "temperature_c" )
         common[field] = AG.round( values.reduce( function( a, b ) { return a + b; }, 0 ) / values.length, 1 );
      else if ( AG.once( values ).length == 1 )
         common[field] = values[0];
   } );
   return common;
};

AG.numberPart = function( before, value, after ) {
   if ( typeof value != "number" )
      return [];
   var text = AG.round( value, 6 ).toFixed( 6 ).replace( /0+$/, "" ).replace( /\.$/, "" );
   return [before + (text == "-0" ? "0" : text).replace( /-/g, "m" ).replace( /\./g, "p" ) + after];
};

// Gives out ids: dark-180s-m10C-g120-o30, light-M94-Ha-300s-m10C-g120; a second one gets -2.
AG.Names = function() {
   this.taken = {};
};

AG.Names.prototype.give = function( role, settings ) {
   var words = { light: ["object", "filter"], flat: ["filter"] }[role] || [], parts = [role];
   words.forEach( function( field ) {
      var said = typeof settings[field] == "string" ? settings[field].replace( /[^A-Za-z0-9]+/g, "" ).substring( 0, 20 ) : "";
      if ( said != "" )
         parts.push( said );
   } );
   if ( role != "bias" )
      parts = parts.concat( AG.numberPart( "", settings.exposure_s, "s" ) );
   var degrees = settings.temperature_c !== undefined ? settings.temperature_c : settings.setpoint_c;
   if ( typeof degrees == "number" )
      parts = parts.concat( AG.numberPart( "", AG.round( degrees, 0 ), "C" ) );
   parts = parts.concat( AG.numberPart( "g", settings.gain, "" ), AG.numberPart( "o", settings.offset, "" ) );
   if ( settings.xbinning !== undefined && settings.xbinning !== 1 )
      parts = parts.concat( AG.numberPart( "bin", settings.xbinning, "" ) );
   var base = parts.join( "-" ), name = base, number = 1;
   while ( this.taken["n" + name.toLowerCase()] )
      name = base + "-" + (++number);
   this.taken["n" + name.toLowerCase()] = true;
   return name;
};

// --- steps, with every field

AG.step = function( name, fields ) {
   var known = AG.tables.plan.steps[name], step = {};
   Object.keys( known ).forEach( function( key ) {
      step[key] = fields.hasOwnProperty( key ) ? fields[key] : known[key]["default"];
   } );
   return step;
};

// Mean of `count` frames with the rejection that fits this number.
AG.integrateStep = function( count, normalization ) {
   var numbers = AG.tables.integration, kind = count < numbers.rejection_from ? "none" : count <= numbers.percentile_up_to ? "percentile" : "winsorized";
   var fields = { rejection: kind, normalization: normalization };
   if ( kind != "none" ) {
      fields.low_sigma = kind == "percentile" ? numbers.percentile : numbers.sigma;
      fields.high_sigma = fields.low_sigma;
   }
   return AG.step( "integrate", fields );
};

AG.doesNothing = function( step ) {
   return JSON.stringify( step ) == JSON.stringify( AG.step( "calibrate", {} ) );
};

// --- masters: each is decided once and shared by all groups that need it

AG.Workshop = function( frames, matches ) {
   this.frames = frames;
   this.names = new AG.Names;
   this.masters = [];
   this.keys = [];
   this.byFrame = {};
   var self = this;
   matches.forEach( function( match ) {
      match.lights.forEach( function( path ) { self.byFrame[match.role + " " + path] = match; } );
   } );
};

// The match of this frame, or null where its role was not matched or nothing was found.
AG.Workshop.prototype.of = function( role, path ) {
   var match = this.byFrame[role + " " + path];
   return match && match.darks.length && match.status != "none" ? match : null;
};

// The match that all paths have in common; `sure` leaves out those whose status is unknown.
AG.Workshop.prototype.shared = function( role, paths, sure ) {
   var self = this, found = AG.once( paths.map( function( path ) { return self.of( role, path ); } ) );
   if ( found.length != 1 || found[0] === null )
      return null;
   return !sure || found[0].status != "unknown" ? found[0] : null;
};

AG.Workshop.prototype.isMaster = function( match ) {
   return match.dark !== null && this.frames[match.dark].master === true;
};

AG.Workshop.prototype.make = function( role, match, before ) {
   var reused = this.isMaster( match ), files = reused ? [match.dark] : match.darks.slice().sort();
   // a dark of the lights and a flat-dark are the same thing if they come from the same files
   var key = JSON.stringify( [role == "flatdark" ? "dark" : role, files] ), at = this.keys.indexOf( key );
   if ( at >= 0 )
      return this.masters[at];
   var frames = files.map( function( path ) { return this.frames[path]; }, this ), settings = AG.commonSettings( frames );
   var master = {
      id: this.names.give( role, settings ), role: role, file: reused ? files[0] : null, frames: reused ? [] : files, steps: [],
      holds_bias: role == "dark" || role == "flatdark" ? AG.framesHoldBias( frames, reused ) : null, settings: settings
   };
   if ( !reused )
      master.steps = before.filter( function( step ) { return !AG.doesNothing( step ); } )
         .concat( [AG.integrateStep( files.length, role == "flat" ? "multiplicative" : "none" )] );
   this.keys.push( key );
   this.masters.push( master );
   return master;
};

// Subtraction of a dark, with the bias only beside a dark known to be divided; or of the bias alone.
AG.Workshop.prototype.subtract = function( dark, bias, role ) {
   if ( dark === null )
      return AG.step( "calibrate", { bias: bias ? this.make( "bias", bias, [] ).id : null } );
   var master = this.make( role, dark, [] ), divided = master.holds_bias === false;
   return AG.step( "calibrate", { dark: master.id, bias: divided && bias ? this.make( "bias", bias, [] ).id : null } );
};

// The master flat. Singles are calibrated with flat-darks, else with a bias, else not at all.
AG.Workshop.prototype.flat = function( match ) {
   if ( this.isMaster( match ) )
      return this.make( "flat", match, [] );
   var flats = match.darks.slice().sort(), bias = this.shared( "bias", flats, true );
   var step = this.shared( "flatdark", flats, true ) === null && bias !== null ? this.subtract( null, bias, "flatdark" )
      : this.subtract( this.shared( "flatdark", flats, false ), this.shared( "bias", flats, false ), "flatdark" );
   return this.make( "flat", match, [step] );
};

// Raw darks hold their bias. A master tells it only where its header says that a bias was subtracted.
AG.framesHoldBias = function( frames, reused ) {
   function divided( frame ) {
      return /^[DF]*B[BDF]*$/.test( (frame.calibration_status || "").trim().toUpperCase() );
   }
   if ( frames.every( divided ) )
      return false;
   return reused || frames.some( function( frame ) { return frame.calibrated; } ) ? null : true;
};

// --- the plan

// true for a mosaic of one plane, false without a mosaic, null where the header is silent.
AG.cfaOf = function( frame ) {
   if ( (frame.planes || 1) > 1 )
      return false;
   return frame.bayer_pattern ? frame.bayer_pattern.toLowerCase() != "none" : null;
};

AG.OPTIONS = { stack: false, cosmetic: true, hot_sigma: 3, cold_sigma: null, equalize_cfa: true, debayer_method: null };

// Lights that share their dark, flat and bias: one sequence each.
AG.drafts = function( matches, workshop ) {
   var drafts = [], byKey = {};
   matches.filter( function( m ) { return m.role == "dark"; } ).forEach( function( match ) {
      match.lights.forEach( function( path ) {
         var flat = workshop.of( "flat", path ), bias = workshop.of( "bias", path );
         var key = JSON.stringify( [match.id, flat ? flat.id : null, bias ? bias.id : null] );
         if ( !byKey[key] ) {
            byKey[key] = { dark: workshop.of( "dark", path ), flat: flat, bias: bias, paths: [] };
            drafts.push( byKey[key] );
         }
         byKey[key].paths.push( path );
      } );
   } );
   return drafts;
};

AG.stepsOf = function( draft, workshop, options, mosaic, stars ) {
   var calibrate = workshop.subtract( draft.dark, draft.bias, "dark" ), steps = [];
   if ( draft.flat !== null ) {
      calibrate.flat = workshop.flat( draft.flat ).id;
      calibrate.equalize_cfa = mosaic && options.equalize_cfa;
   }
   if ( !AG.doesNothing( calibrate ) )
      steps.push( calibrate );
   if ( options.cosmetic && calibrate.dark && !(options.hot_sigma === null && options.cold_sigma === null) )
      steps.push( AG.step( "cosmetic", { dark: calibrate.dark, hot_sigma: options.hot_sigma, cold_sigma: options.cold_sigma, cfa: mosaic } ) );
   if ( mosaic )
      steps.push( AG.step( "debayer", { method: options.debayer_method } ) );
   if ( draft.paths.length > 1 ) { // one light has nothing to be aligned with
      if ( stars )
         steps.push( AG.step( "align", {} ) );
      if ( options.stack )
         steps.push( AG.integrateStep( draft.paths.length, "additive_scaling" ) );
   }
   return steps;
};

// { plan, refused }: the plan for all lights, or the reasons why there is none. given: frames by role.
AG.makePlan = function( given, matches, options ) {
   var frames = {}, refused = [], names = new AG.Names;
   Object.keys( given ).forEach( function( role ) {
      given[role].forEach( function( frame ) { frames[frame.path] = frame; } );
   } );
   matches.forEach( function( match ) {
      if ( match.role == "dark" && (match.status == "none" || match.status == "unknown") )
         refused.push( AG.framesText( match, false ).join( ", " ) + ": " + AG.withText( match ) + ", " + AG.differences( match ) );
   } );
   var workshop = new AG.Workshop( frames, matches ), drafts = AG.drafts( matches, workshop );
   if ( !drafts.length )
      refused.push( "there are no lights to plan for" );
   var groups = drafts.map( function( draft ) {
      var lights = draft.paths.map( function( path ) { return frames[path]; } ), settings = AG.commonSettings( lights, ["object"] );
      var mosaics = AG.once( lights.map( AG.cfaOf ) ), cfa = mosaics.length == 1 ? mosaics[0] : null;
      var stars = lights.some( function( f ) { return ["light", "unknown"].indexOf( f.kind || "unknown" ) >= 0; } );
      return {
         id: names.give( "light", settings ), frames: draft.paths, steps: AG.stepsOf( draft, workshop, options, cfa === true, stars ),
         settings: settings, cfa: cfa, bayer_pattern: AG.known( settings.bayer_pattern ), width: AG.known( settings.width ), height: AG.known( settings.height )
      };
   } );
   var plan = { plan: 1, tool: "ampglow " + AG.VERSION, masters: workshop.masters, groups: groups, allowed: [] };
   var used = AG.planFiles( plan );
   AG.errors( given, matches ).forEach( function( e ) {
      if ( used.indexOf( e.path ) >= 0 )
         refused.push( e.message );
   } );
   if ( !refused.length )
      AG.blocking( AG.judgePlan( plan ) ).forEach( function( f ) { refused.push( f.rule + " " + f.chain + ": " + f.message ); } );
   return { plan: refused.length ? null : plan, refused: refused };
};

// Every input file of a plan, once.
AG.planFiles = function( plan ) {
   return AG.once( AG.joined( plan.masters.map( function( m ) { return m.file ? [m.file] : m.frames; } )
      .concat( plan.groups.map( function( g ) { return g.frames; } ) ) ) );
};
