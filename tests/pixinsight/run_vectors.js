// node run_vectors.js LIBFOLDER VECTORFOLDER: runs every case through the script's logic; prints what differs as JSON.
"use strict";
const fs = require( "fs" ), path = require( "path" ), vm = require( "vm" );
const [lib, vectors] = process.argv.slice( 2 );
const sandbox = {};
vm.createContext( sandbox );
for ( const name of ["base", "tables", "frame", "facts", "compare", "match", "sound", "report", "planfile", "order", "plan", "settings", "jobs", "evidence"] )
   vm.runInContext( fs.readFileSync( path.join( lib, name + ".jsh" ), "utf8" ), sandbox, { filename: name + ".jsh" } );
const AG = sandbox.AG;
const read = name => JSON.parse( fs.readFileSync( path.join( vectors, name + ".json" ), "utf8" ) );
const wrong = [], count = {};
// keys in any order, undefined as null
const plain = v => Array.isArray( v ) ? v.map( plain ) : v !== null && typeof v === "object"
   ? Object.keys( v ).sort().reduce( ( all, k ) => Object.assign( all, { [k]: plain( v[k] ) } ), {} ) : null_( v );
const same = ( a, b ) => JSON.stringify( plain( a ) ) === JSON.stringify( plain( b ) );
const null_ = v => v === undefined ? null : v;
function compare( kind, what, expected, found ) {
   count[kind] = (count[kind] || 0) + 1;
   if ( !same( expected, found ) )
      wrong.push( { kind, what, expected, found } );
}
for ( const c of read( "headers" ) ) {
   const record = AG.record( "/x/frame.fits", c.cards.map( k => AG.card( k[0], k[1], k[2] ) ), c.shape );
   record.kind = record.kind || "unknown";
   const found = {};
   for ( const name of Object.keys( c.record ) ) {
      found[name] = null_( record[name] );
      if ( typeof found[name] === "number" && typeof c.record[name] === "number" && Math.abs( found[name] - c.record[name] ) <= 1e-9 * Math.abs( c.record[name] ) )
         found[name] = c.record[name];
   }
   compare( "headers", c.what, c.record, found );
}
const base = read( "base" );
const frame = changed => Object.assign( {}, base, changed );
for ( const c of read( "matches" ) ) {
   const groups = c.role === "flatdark" ? AG.flatGroups( c.lights.map( frame ) ) : AG.lightGroups( c.lights.map( frame ) );
   compare( "matches", c.what, c.matches, AG.matchGroups( c.role, groups, c.darks.map( frame ), c.role, Infinity ) );
}
for ( const c of read( "checks" ) ) {
   const given = {};
   for ( const role of Object.keys( c.given ) )
      given[role] = c.given[role].map( frame );
   const matches = AG.matchAll( given ), errors = AG.errors( given, matches ), verdict = AG.verdict( matches, errors );
   compare( "checks", c.what, c.matches, matches.map( m => Object.assign( {}, m, { outcomes: undefined } ) ).map( m => (delete m.outcomes, m) ) );
   compare( "tables", c.what, c.rows, AG.checkRows( matches ) );
   compare( "errors", c.what, c.errors, errors.map( e => [e.rule, e.path] ).sort() );
   compare( "verdicts", c.what, c.verdict, verdict.verdict );
   const choices = [{}, { stack: true, cosmetic: false }, { hot_sigma: 5, cold_sigma: 4 }];
   Object.keys( c.plans ).forEach( i => {
      const made = AG.makePlan( given, matches, Object.assign( {}, AG.OPTIONS, choices[i] ) ).plan;
      if ( made )
         delete made.tool;
      compare( "plans", c.what + " " + i, c.plans[i], made );
   } );
   if ( c.sentence !== null )
      compare( "sentences", c.what, c.sentence, verdict.sentence );
}
for ( const c of read( "orders" ) ) {
   const { plan, problems } = AG.readPlan( JSON.stringify( c.plan ) );
   compare( "plan files", c.what, [], problems );
   if ( plan )
      compare( "orders", c.what, c.failed, AG.judgePlan( plan ).map( f => ( {
         rule: f.rule, chain: f.chain, step: f.step === null ? null : "steps[" + f.step + "]", field: f.field, severity: f.severity, message: f.message, fix: f.fix
      } ) ) );
}
for ( const c of read( "jobs" ) ) {
   const { plan, problems } = AG.readPlan( JSON.stringify( c.plan ) );
   compare( "plan files", c.what, [], problems );
   let found;
   try {
      const work = AG.planJobs( plan, "/out", c.row_order );
      found = { jobs: work.jobs, folders: AG.foldersOf( work ), calibrated: work.calibrated.map( d => [d.group, d.light, d.path] ) };
   } catch ( error ) {
      found = { refused: error.what || String( error ), where: error.where };
   }
   const { what, plan: _, row_order, ...expected } = c;
   compare( c.refused ? "refusals" : "jobs", what, expected, found );
}
read( "evidence" ).forEach( ( c, i ) => {
   const found = AG.evidence( c.lines, c.document );
   compare( "evidence", i, { claim: c.claim, factor: c.factor, why: c.why }, { claim: found.claim, factor: found.factor, why: found.why } );
   if ( c.claim === "applied" || c.claim === "scaled" )
      compare( "darks", i, c.darks[0], AG.stem( found.dark ) );
} );
console.log( JSON.stringify( { count, wrong } ) );
