// node pjsr_mock.js JOB.json: runs a script in a mock of PixInsight made from the project's process tables, and prints
// what happened as JSON. Processes refuse unknown parameters, values of the wrong type, elements and row widths that do
// not exist, and runs that the real ones refuse. Files are remembered, not written, unless a test gave them.
// job: { script, engine: "legacy"|"v8", processes: {NAME: [parameters]}, files: [paths], images: {path: {...}},
//        clicks: [[page, button or number of a row]], picks: [[paths]], folderPicks: [path], folders: [paths], abortAfter, failing: [process],
//        unaligned: [stems], bytes: true where text files come as bytes, command: {program: {code, out, err}} }
"use strict";
const fs = require( "fs" ), path = require( "path" ), vm = require( "vm" );
const job = JSON.parse( fs.readFileSync( process.argv[2], "utf8" ) );
const log = [], runs = [], saved = {}, calls = [], trees = [], open = new Set(), folders = new Set( job.folders || [] ), files = new Set( job.files || [] );
const messages = [], windows = {};
let executed = 0;

function fail( text ) {
   throw new Error( "MOCK: " + text );
}

function checkValue( what, parameter, value ) {
   const kind = parameter.type;
   if ( value === undefined )
      fail( what + " is assigned undefined" );
   if ( kind === "Table" ) {
      if ( !Array.isArray( value ) && Object.prototype.toString.call( value ) !== "[object Array]" )
         fail( what + " is no table" );
      for ( const row of value ) {
         if ( row.length !== parameter.columns.length )
            fail( what + " has rows of " + row.length + ", not " + parameter.columns.length );
         parameter.columns.forEach( ( column, i ) => checkValue( what + "." + column.id, column, row[i] ) );
      }
   } else if ( kind === "Boolean" ) {
      if ( typeof value !== "boolean" )
         fail( what + " is no boolean: " + value );
   } else if ( kind === "String" ) {
      if ( typeof value !== "string" )
         fail( what + " is no text: " + value );
   } else if ( kind.indexOf( "Enum" ) === 0 && Object.keys( parameter.enum ).length ) {
      if ( !Object.keys( parameter.enum ).some( n => constant( n, parameter.enum[n] ) === value ) )
         fail( what + " has no value " + value );
   } else {
      if ( typeof value !== "number" || !isFinite( value ) || (/Int/.test( kind ) && value !== Math.floor( value )) )
         fail( what + " is no " + kind + ": " + value );
      if ( (parameter.minimum !== null && value < parameter.minimum) || (parameter.maximum !== null && value > parameter.maximum) )
         fail( what + " is out of range: " + value );
   }
}

// a number that nobody can write by chance, so that only a constant taken from the class passes
function constant( name, number ) {
   return number === null ? "enum:" + name : number + 0;
}

function makeProcess( name, parameters ) {
   const byId = new Map( parameters.map( p => [p.id, p] ) );
   function Process() {
      if ( arguments.length )
         fail( "new " + name + " with arguments" );
      const own = { outputData: [] };
      for ( const p of parameters )
         own[p.id] = p.type === "Table" ? [] : p.default;
      const methods = {
         executeGlobal: () => execute( name, own, byId ),
         toSource: () => "var P = new " + name + ";\n" + Object.keys( own ).filter( k => byId.has( k ) && byId.get( k ).type !== "Table" ).map( k => "P." + k + " = " + JSON.stringify( own[k] ) + ";" ).join( "\n" )
      };
      return new Proxy( {}, {
         has: ( _, key ) => byId.has( key ) || key in methods,
         get: ( _, key ) => key in methods ? methods[key] : own[key],
         set: ( _, key, value ) => {
            if ( !byId.has( key ) )
               fail( name + " has no parameter " + String( key ) );
            checkValue( name + "." + key, byId.get( key ), value );
            own[key] = value;
            return true;
         }
      } );
   }
   const holder = job.engine === "v8" ? Process : Process.prototype;
   for ( const p of parameters )
      for ( const element of Object.keys( p.enum || {} ) )
         holder[element] = constant( element, p.enum[element] );
   return Process;
}

function need( file, what ) {
   if ( !files.has( file ) )
      fail( what + " does not exist: " + file );
}

function stem( file ) {
   const name = file.substring( file.lastIndexOf( "/" ) + 1 ), dot = name.lastIndexOf( "." );
   return dot > 0 ? name.substring( 0, dot ) : name;
}

// The header of a calibrated frame: HISTORY, or from 1.9.3 on the processing history.
function calibrated( raw, own, byId ) {
   const image = { cards: raw ? raw.cards.slice() : [], shape: { width: 1, height: 1, planes: 1, bits: 32, floating: true }, properties: {} };
   if ( byId.has( "generateHistoryProperties" ) ) {
      const stated = [...byId.values()].filter( p => p.type === "Boolean" || p.type === "String" ).map( p => p.type === "Boolean"
         ? `<parameter id="${p.id}" value="${own[p.id]}"/>` : `<parameter id="${p.id}">${own[p.id]}</parameter>` );
      image.properties["PixInsight:ProcessingHistory"] = `<ProcessingHistory version="1.0"><instance class="ImageCalibration">${stated.join( "" )}</instance></ProcessingHistory>`;
   } else {
      const lines = ["Calibration with ImageCalibration process", "ImageCalibration.masterDark.enabled: " + own.masterDarkEnabled];
      if ( own.masterDarkEnabled )
         lines.push( "ImageCalibration.masterDark.fileName: " + own.masterDarkPath.replace( /.*\//, "" ) );
      if ( own.optimizeDarks )
         lines.push( "ImageCalibration.masterDark.scalingFactors: 0.926" );
      image.cards.push( ...lines.map( line => ["HISTORY", "", line] ) );
   }
   return image;
}

function execute( name, own, byId ) {
   ++executed;
   const said = {};
   for ( const key of Object.keys( own ) )
      if ( byId.has( key ) )
         said[key] = own[key];
   runs.push( { process: name, values: JSON.parse( JSON.stringify( said ) ) } );
   if ( (job.failing || []).indexOf( name ) >= 0 )
      return false;
   if ( name === "ImageIntegration" ) {
      const images = own.images.filter( r => r[0] );
      if ( images.length < 3 )
         return false;
      images.forEach( r => need( r[1], "image" ) );
      own.integrationImageId = "integration" + executed;
      windows[own.integrationImageId] = true;
      return true;
   }
   const table = name === "Debayer" ? own.targetItems : name === "StarAlignment" ? own.targets : own.targetFrames;
   const targets = table.filter( r => r[0] ).map( r => r[r.length - 1] );
   if ( !targets.length )
      return false;
   targets.forEach( t => need( t, "target" ) );
   if ( name === "ImageCalibration" ) {
      let any = false;
      for ( const word of ["Bias", "Dark", "Flat"] )
         if ( own["master" + word + "Enabled"] ) {
            any = true;
            if ( !own["master" + word + "Path"] )
               return false;
            need( own["master" + word + "Path"], "master " + word );
         }
      if ( !any )
         return false;
   }
   if ( name === "CosmeticCorrection" && !(own.useMasterDark && own.masterDarkPath && (own.hotDarkCheck || own.coldDarkCheck)) && !(own.useAutoDetect && (own.hotAutoCheck || own.coldAutoCheck)) )
      return false;
   if ( name === "StarAlignment" ) {
      need( own.referenceImage, "reference" );
      if ( (job.unaligned || []).length && own.onError !== constant( "Continue", byId.get( "onError" ).enum.Continue ) )
         return false;
   }
   const short = name === "CosmeticCorrection", folder = short ? own.outputDir : own.outputDirectory;
   if ( folder && !folders.has( folder ) )
      fail( name + " writes into a folder that does not exist: " + folder );
   const suffix = { ImageCalibration: "_c", CosmeticCorrection: "_cc", Debayer: "_d", StarAlignment: "_r" }[name];
   own.outputData = targets.filter( t => name !== "StarAlignment" || (job.unaligned || []).indexOf( stem( t ) ) < 0 ).map( t => {
      const out = folder + "/" + ((short ? own.prefix : own.outputPrefix) || "") + stem( t ) + suffix + ".xisf";
      files.add( out );
      if ( name === "ImageCalibration" )
         (job.images = job.images || {})[out] = calibrated( job.images[t], own, byId );
      return [out, own.optimizeDarks ? 0.926 : 0, 0, 0];
   } );
   return true;
}

const console_ = {
   show() {}, hide() {}, beginLog() { log.push( "[log]" ); }, endLog() { return log.join( "\n" ); }, abortEnabled: false,
   get abortRequested() { return this.abortEnabled && job.abortAfter !== undefined && job.abortAfter !== null && executed >= job.abortAfter; }
};
for ( const level of ["write", "writeln", "noteln", "warningln", "criticalln", "flush"] )
   console_[level] = text => {
      if ( /</.test( text ) )
         fail( "the console would take this for markup: " + text );
      log.push( level + ": " + text );
   };

// A control that refuses properties its class does not have.
function strict( control, known ) {
   return new Proxy( control, { set( target, key, value ) {
      if ( known.concat( ["toolTip", "sizer", "enabled"] ).indexOf( key ) < 0 )
         fail( target.constructor.name + " has no property " + String( key ) );
      if ( ["text", "toolTip", "windowTitle"].indexOf( key ) >= 0 && typeof value !== "string" )
         fail( target.constructor.name + "." + key + " is no text: " + value );
      target[key] = value;
      return true;
   } } );
}

class Control {
   constructor( parent ) {
      if ( !(parent instanceof Control) && !(this instanceof Dialog) )
         fail( this.constructor.name + " has no parent" );
      return this.constructor === Control ? strict( this, [] ) : this;
   }
}
class Dialog extends Control {
   setScaledMinSize( width, height ) { this.size = [width, height]; }
   ok() { this.closed = true; }
   execute() {
      trees.push( dump( this ) );
      while ( clicks.length && !this.closed ) {
         const [page, text] = clicks.shift();
         if ( typeof text === "number" ) { // a double click on a row
            const tree = controls( tabs( this ).pages[page] ).find( c => c instanceof TreeBox );
            tree.onNodeDoubleClicked( tree.nodes.at( text ), 0 );
            continue;
         }
         const control = controls( tabs( this ).pages[page] ).find( c => c.text === text );
         if ( !control )
            fail( "there is no " + text + " on " + page );
         if ( control instanceof CheckBox ) {
            control.checked = !control.checked;
            control.onCheck( control.checked );
         } else
            control.onClick( false );
      }
      last = this;
      return this.closed ? 1 : 0;
   }
}
function LegacyDialog() {}
LegacyDialog.prototype = Object.create( Dialog.prototype );
const clicks = (job.clicks || []).slice();
let last = null;

function tabs( dialog ) {
   return dialog.sizer.items.find( item => item instanceof TabBox );
}
function controls( item ) {
   return item instanceof Sizer ? item.items.flatMap( controls ) : item.sizer ? controls( item.sizer ) : [item];
}
// What a window shows: its size, and on each page the rows of controls and the table.
function dump( dialog ) {
   const stray = Object.keys( dialog ).filter( k => ["__base__", "windowTitle", "userResizable", "sizer", "size"].indexOf( k ) < 0 );
   if ( stray.length )
      fail( "a dialog has no property " + stray );
   const shown = { title: dialog.windowTitle, size: dialog.size, current: tabs( dialog ).currentPageIndex, pages: {} };
   for ( const [label, page] of Object.entries( tabs( dialog ).pages ) ) {
      const items = page.sizer.items;
      shown.pages[label] = {
         controls: items.filter( i => i instanceof HorizontalSizer ).map( row => row.items.map( c => ({
            kind: c.constructor.name, text: c.text, tip: c.toolTip, checked: c.checked === true
         }) ) ),
         labels: items.filter( i => i instanceof Label ).map( l => l.text ),
         ...table( items.find( i => i instanceof TreeBox ) )
      };
   }
   return shown;
}
function table( tree ) {
   return { headers: tree.headers, rows: tree.nodes.map( n => n.texts ) };
}

class Sizer {
   constructor() {
      this.items = [];
      return strict( this, ["margin", "spacing"] );
   }
   add( item, stretch ) {
      if ( !(item instanceof Control || item instanceof Sizer) )
         fail( "a sizer takes controls and sizers only" );
      this.items.push( item );
   }
   addStretch() {}
   addSpacing() {}
}
class HorizontalSizer extends Sizer {}
class VerticalSizer extends Sizer {}
class Label extends Control {
   constructor( parent ) { super( parent ); return strict( this, ["text", "wordWrapping"] ); }
}
class PushButton extends Control {
   constructor( parent ) { super( parent ); return strict( this, ["text", "onClick"] ); }
}
class CheckBox extends Control {
   constructor( parent ) { super( parent ); return strict( this, ["text", "checked", "onCheck"] ); }
}
class TreeBox extends Control {
   constructor( parent ) {
      super( parent );
      this.nodes = [];
      this.headers = [];
      return strict( this, ["numberOfColumns", "headerVisible", "rootDecoration", "alternateRowColor", "nodes", "onNodeDoubleClicked"] );
   }
   clear() { this.nodes = []; }
   setHeaderText( column, text ) {
      if ( column >= this.numberOfColumns )
         fail( "no column " + column );
      this.headers[column] = text;
   }
   adjustColumnWidthToContents( column ) {
      if ( column >= this.numberOfColumns )
         fail( "no column " + column );
   }
}
class TreeBoxNode {
   constructor( tree ) {
      this.texts = [];
      this.columns = tree.numberOfColumns;
      tree.nodes.push( this );
   }
   setText( column, text ) {
      if ( typeof text !== "string" || column >= this.columns )
         fail( "a node shows text in the columns of its tree, not " + text + " in " + column );
      this.texts[column] = text;
   }
   text( column ) { return this.texts[column] || ""; }
}
class TabBox extends Control {
   constructor( parent ) { super( parent ); this.pages = {}; return strict( this, ["currentPageIndex"] ); }
   addPage( page, label ) {
      if ( !(page instanceof Control) )
         fail( "a page is a control" );
      this.pages[label] = page;
   }
}
const picks = (job.picks || []).slice(), folderPicks = (job.folderPicks || []).slice();
class OpenFileDialog {
   execute() {
      for ( const filter of this.filters )
         if ( !Array.isArray( filter ) && Object.prototype.toString.call( filter ) !== "[object Array]" || filter.length < 2 )
            fail( "a filter is a name and patterns" );
      this.fileNames = picks.shift() || [];
      return this.fileNames.length > 0;
   }
}
class GetDirectoryDialog {
   execute() {
      this.directory = folderPicks.shift() || "";
      return this.directory !== "";
   }
}
class MessageBox {
   constructor( text ) {
      if ( /</.test( text ) )
         fail( "a message would take this for markup: " + text );
      this.text = text;
   }
   execute() { messages.push( this.text ); }
}
class FileFormat {
   constructor( extension ) {
      this.isNull = [".fits", ".fit", ".xisf"].indexOf( extension ) < 0;
      this.canStoreImageProperties = extension === ".xisf";
   }
}
class FileFormatInstance {
   constructor() { this.isNull = false; }
   open( file ) {
      const image = (job.images || {})[file];
      if ( !image )
         return [];
      this.image = image;
      open.add( this );
      const s = image.shape;
      return [{ width: s.width, height: s.height, numberOfChannels: s.planes, bitsPerSample: s.bits, ieeefpSampleFormat: s.floating }];
   }
   get keywords() { return this.image.cards.map( c => ({ name: c[0], value: c[1], comment: c[2] }) ); }
   get imageProperties() { return Object.keys( this.image.properties || {} ).map( id => [id, 0] ); }
   readImageProperty( id ) { return this.image.properties[id]; }
   close() { open.delete( this ); }
}
// job.command answers for programs by name; a program that is a file is run for real.
class ExternalProcess {
   start( program, words ) {
      calls.push( [program, ...words] );
      const known = (job.command || {})[program];
      if ( known )
         this.said = known;
      else if ( fs.existsSync( program ) ) {
         const done = require( "child_process" ).spawnSync( program, [...words], { encoding: "utf8" } );
         this.said = { code: done.status, out: done.stdout, err: done.stderr };
      }
      this.waits = 2;
   }
   waitForStarted() { return this.said !== undefined; }
   waitForFinished( ms ) {
      if ( typeof ms !== "number" )
         fail( "waits without an end" );
      return --this.waits < 0;
   }
   kill() { calls.push( "killed" ); }
   get exitCode() { return this.said.code; }
   get stdout() { return bytes( this.said.out ); }
   get stderr() { return bytes( this.said.err || "" ); }
}
// Bytes as PixInsight may hand them over: an object that decodes itself, or a text of one character a byte.
function bytes( text ) {
   return job.bytes ? Buffer.from( text, "utf8" ).toString( "latin1" ) : { utf8ToString: () => text };
}
const sandbox = {
   console: console_, Console: console_, jsArguments: [],
   ...(job.engine === "v8" ? { CoreApplication: { processEvents() {}, versionMajor: 1, versionMinor: 9, versionRelease: 4 } } : { processEvents() {} }),
   File: {
      exists: f => files.has( f ), directoryExists: f => folders.has( f ), createDirectory: f => {
         for ( let path = f; path; path = path.substring( 0, path.lastIndexOf( "/" ) ) )
            folders.add( path );
      },
      readTextFile: f => saved[f] !== undefined ? saved[f] : fs.readFileSync( f, job.bytes ? "latin1" : "utf8" ),
      writeTextFile: ( f, text ) => {
         if ( /[^\x00-\x7e]/.test( text ) )
            fail( "text that is not ASCII, in an encoding nobody knows: " + f );
         if ( !folders.has( f.substring( 0, f.lastIndexOf( "/" ) ) ) )
            fail( "there is no folder for " + f );
         saved[f] = text;
         files.add( f );
         if ( job.disk )
            fs.writeFileSync( f, text );
      },
      writeFile: ( f, bytes ) => { saved[f] = String( bytes ); files.add( f ); }
   },
   ImageWindow: { windowById: id => ({
      isNull: !windows[id],
      saveAs( file ) {
         if ( arguments.length < 6 )
            fail( "saveAs without hints" );
         if ( !folders.has( file.substring( 0, file.lastIndexOf( "/" ) ) ) )
            return false;
         files.add( file );
         return true;
      },
      forceClose() { delete windows[id]; }
   }) },
   Control, Dialog: job.engine === "v8" ? Dialog : LegacyDialog, HorizontalSizer, VerticalSizer, Label, PushButton, CheckBox, TreeBox, TreeBoxNode, TabBox,
   OpenFileDialog, GetDirectoryDialog, MessageBox, FileFormat, FileFormatInstance, ExternalProcess
};
for ( const name of Object.keys( job.processes ) )
   sandbox[name] = makeProcess( name, job.processes[name] );

function source( file ) {
   return fs.readFileSync( file, "utf8" ).replace( /^#include\s+"([^"]+)".*$/gm, ( _, name ) => source( path.join( path.dirname( file ), name ) ) );
}
const text = source( job.script );
const v8 = /^#engine v8/.test( text );
// what the engine before V8 has not got is taken away
const ES5 = `(function() {
   function only( object, names ) {
      Object.getOwnPropertyNames( object ).forEach( function( n ) { if ( names.indexOf( n ) < 0 ) delete object[n]; } );
   }
   only( Array.prototype, "length constructor concat join pop push reverse shift slice sort splice toString unshift indexOf lastIndexOf every some forEach map filter reduce reduceRight".split( " " ) );
   only( String.prototype, "length constructor charAt charCodeAt concat indexOf lastIndexOf match replace search slice split substring substr toLowerCase toUpperCase toString trim valueOf localeCompare".split( " " ) );
   only( Object, "length name prototype keys create defineProperty getOwnPropertyNames getPrototypeOf freeze isFrozen".split( " " ) );
   only( Array, "length name prototype isArray".split( " " ) );
   only( Number, "length name prototype MAX_VALUE MIN_VALUE NaN POSITIVE_INFINITY NEGATIVE_INFINITY".split( " " ) );
   only( Math, "PI E abs ceil floor round min max pow sqrt exp log sin cos tan asin acos atan atan2 random".split( " " ) );
})(); delete this.Map; delete this.Set; delete this.Promise; delete this.Symbol; delete this.WeakMap; delete this.Reflect; delete this.Proxy;`;
const result = { error: null };
vm.createContext( sandbox );
const before = Object.keys( sandbox );
try {
   if ( v8 !== (job.engine === "v8") )
      fail( "the script asks for another engine" );
   if ( !v8 ) {
      vm.runInContext( ES5, sandbox );
      if ( /\bclass\s+\w+\s+extends\b|=>|\?\.|\?\?|`/.test( text.replace( /\/\/.*$|"(?:[^"\\]|\\.)*"/gm, "" ) ) )
         fail( "the engine before V8 does not read this" );
   }
   vm.runInContext( text.replace( /^#.*$/gm, "" ), sandbox, { filename: job.script } );
} catch ( error ) {
   result.error = String( error.message || error );
}
const shown = last ? dump( last ).pages : {};
process.stdout.write( JSON.stringify( Object.assign( result, {
   runs, saved, log, messages, calls, trees, pages: shown, title: last && last.windowTitle, files: [...files],
   globals: Object.keys( sandbox ).filter( k => before.indexOf( k ) < 0 ), leaks: { windows: Object.keys( windows ), files: open.size }
} ) ) );
