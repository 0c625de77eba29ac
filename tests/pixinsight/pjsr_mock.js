// node pjsr_mock.js JOB.json: runs a script in a mock of PixInsight made from the project's process tables, and prints
// what happened as JSON. Processes refuse unknown parameters, values of the wrong type, elements and row widths that do
// not exist, and runs that the real ones refuse. Files are remembered, not written, unless a test gave them.
// job: { script, engine: "legacy"|"v8", processes: {NAME: [parameters]}, files: [paths], images: {path: {...}},
//        clicks: [[page, button]], picks: [[paths]], folders: [paths], abortAfter, failing: [process] }
"use strict";
const fs = require( "fs" ), path = require( "path" ), vm = require( "vm" );
const job = JSON.parse( fs.readFileSync( process.argv[2], "utf8" ) );
const log = [], runs = [], saved = {}, folders = new Set( job.folders || [] ), files = new Set( job.files || [] );
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
   if ( name === "StarAlignment" )
      need( own.referenceImage, "reference" );
   const short = name === "CosmeticCorrection", folder = short ? own.outputDir : own.outputDirectory;
   if ( folder && !folders.has( folder ) )
      fail( name + " writes into a folder that does not exist: " + folder );
   const suffix = { ImageCalibration: "_c", CosmeticCorrection: "_cc", Debayer: "_d", StarAlignment: "_r" }[name];
   own.outputData = targets.map( t => {
      const out = folder + "/" + ((short ? own.prefix : own.outputPrefix) || "") + stem( t ) + suffix + ".xisf";
      files.add( out );
      return [out, own.optimizeDarks ? 0.926 : 0, 0, 0];
   } );
   return true;
}

const console_ = {
   show() {}, hide() {}, beginLog() { log.push( "[log]" ); }, endLog() { return log.join( "\n" ); }, abortEnabled: false,
   get abortRequested() { return job.abortAfter !== undefined && job.abortAfter !== null && executed >= job.abortAfter; }
};
for ( const level of ["write", "writeln", "noteln", "warningln", "criticalln", "flush"] )
   console_[level] = text => log.push( level + ": " + text );

class Control {
   constructor( parent ) { this.parent = parent; }
   setMinSize() {}
   adjustToContents() {}
   show() {}
}
let dialogs = 0, open_ = null;
class Dialog extends Control {
   execute() {
      ++dialogs;
      open_ = this;
      for ( const [page, button] of job.clicks || [] ) {
         const sizer = this.pages[page].sizer.items.find( s => s instanceof HorizontalSizer );
         const found = sizer.items.find( b => b instanceof PushButton && b.text === button );
         if ( !found )
            fail( "there is no button " + button );
         found.onClick( false );
      }
      return 1;
   }
}
function LegacyDialog() {}
LegacyDialog.prototype = Object.create( Dialog.prototype );
class Sizer {
   constructor() { this.items = []; }
   add( item ) {
      if ( !(item instanceof Control || item instanceof Sizer) )
         fail( "a sizer takes controls and sizers only" );
      this.items.push( item );
   }
   addStretch() {}
   addSpacing() {}
}
class HorizontalSizer extends Sizer {}
class VerticalSizer extends Sizer {}
class Label extends Control {}
class PushButton extends Control {}
class TreeBox extends Control {
   constructor( parent ) { super( parent ); this.nodes = []; this.headers = []; }
   clear() { this.nodes = []; }
   setHeaderText( column, text ) {
      if ( column >= this.numberOfColumns )
         fail( "no column " + column );
      this.headers[column] = text;
   }
   adjustColumnWidthToContents() {}
}
class TreeBoxNode {
   constructor( tree ) { this.texts = []; tree.nodes.push( this ); }
   setText( column, text ) {
      if ( typeof text !== "string" )
         fail( "a node shows text, not " + text );
      this.texts[column] = text;
   }
}
class TabBox extends Control {
   addPage( page, label ) {
      if ( !(page instanceof Control) )
         fail( "a page is a control" );
      (this.labels = this.labels || []).push( label );
   }
}
const picks = (job.picks || []).slice(), folderPicks = (job.folderPicks || []).slice();
class OpenFileDialog {
   execute() {
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
   constructor( text ) { this.text = text; }
   execute() { messages.push( this.text ); }
}
class FileFormat {
   constructor( extension ) {
      this.isNull = [".fits", ".fit", ".xisf"].indexOf( extension ) < 0;
      this.canStoreImageProperties = extension === ".xisf";
   }
}
class FileFormatInstance {
   constructor() { this.isNull = false; this.closed = true; }
   open( file ) {
      const image = (job.images || {})[file];
      if ( !image )
         return [];
      this.image = image;
      this.closed = false;
      const s = image.shape;
      return [{ width: s.width, height: s.height, numberOfChannels: s.planes, bitsPerSample: s.bits, ieeefpSampleFormat: s.floating }];
   }
   get keywords() { return this.image.cards.map( c => ({ name: c[0], value: c[1], comment: c[2] }) ); }
   get imageProperties() { return Object.keys( this.image.properties || {} ).map( id => [id, 0] ); }
   readImageProperty( id ) { return this.image.properties[id]; }
   close() { this.closed = true; }
}
class ExternalProcess {
   start() { if ( !job.command ) throw new Error( "not found" ); }
   waitForStarted() { return true; }
   waitForFinished() {}
   get stdout() { return job.command; }
}
const sandbox = {
   console: console_, Console: console_, processEvents() {}, jsArguments: [],
   File: {
      exists: f => files.has( f ), directoryExists: f => folders.has( f ), createDirectory: f => folders.add( f ),
      readTextFile: f => fs.readFileSync( f, "utf8" ), writeTextFile: ( f, text ) => { saved[f] = text; files.add( f ); },
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
   Control, Dialog: job.engine === "v8" ? Dialog : LegacyDialog, HorizontalSizer, VerticalSizer, Label, PushButton, TreeBox, TreeBoxNode, TabBox,
   OpenFileDialog, GetDirectoryDialog, MessageBox, FileFormat, FileFormatInstance, ExternalProcess
};
for ( const name of Object.keys( job.processes ) )
   sandbox[name] = makeProcess( name, job.processes[name] );

function source( file ) {
   return fs.readFileSync( file, "utf8" ).replace( /^#include\s+"([^"]+)".*$/gm, ( _, name ) => source( path.join( path.dirname( file ), name ) ) );
}
const text = source( job.script );
const v8 = /^#engine v8/.test( text );
const result = { error: null };
try {
   if ( v8 !== (job.engine === "v8") )
      fail( "the script asks for another engine" );
   if ( !v8 && /\bclass\s+\w+\s+extends\b|=>|\?\.|\?\?|`/.test( text.replace( /\/\/.*$|"(?:[^"\\]|\\.)*"/gm, "" ) ) )
      fail( "the engine before V8 does not read this" );
   vm.runInNewContext( text.replace( /^#.*$/gm, "" ), sandbox, { filename: job.script } );
} catch ( error ) {
   result.error = String( error.message || error );
}
const pages = {};
if ( open_ && open_.pages )
   for ( const name of Object.keys( open_.pages ) )
      pages[name] = { headers: open_.pages[name].tree.headers, rows: open_.pages[name].tree.nodes.map( n => n.texts ) };
process.stdout.write( JSON.stringify( Object.assign( result, { runs, saved, log, messages, dialogs, pages, title: open_ && open_.windowTitle, files: [...files] } ) ) );
