// node run_vectors.js LIBFOLDER VECTORFOLDER: runs every case through the script's logic; prints what differs as JSON.
"use strict";
const fs = require( "fs" ), path = require( "path" ), vm = require( "vm" );
const [lib, vectors] = process.argv.slice( 2 );
const sandbox = {};
vm.createContext( sandbox );
for ( const name of ["tables", "frame", "match", "order", "evidence"] )
   vm.runInContext( fs.readFileSync( path.join( lib, name + ".jsh" ), "utf8" ), sandbox, { filename: name + ".jsh" } );
const AG = sandbox.AG;
const read = name => JSON.parse( fs.readFileSync( path.join( vectors, name + ".json" ), "utf8" ) );
const wrong = [], count = {};
const same = ( a, b ) => JSON.stringify( a ) === JSON.stringify( b );
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
for ( const c of read( "matches" ) ) {
   const found = AG.match( c.lights, c.darks ).map( m => ( {
      age_days: m.age_days, dark: m.dark, darks: m.darks, lights: m.lights, not_recorded: m.not_recorded, rejected_total: m.rejected_total,
      rejections: m.rejections.map( r => [r.dark, r.field] ).sort( ( a, b ) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0 ),
      status: m.status, tolerated: m.tolerated, unknown: m.unknown
   } ) );
   compare( "matches", c.what, c.matches, found );
}
for ( const c of read( "orders" ) )
   compare( "orders", c.what, c.failed, AG.judgePlan( c.plan ).map( f => ( {
      chain: f.chain, rule: f.rule, severity: f.severity, step: f.step === null ? null : "steps[" + f.step + "]"
   } ) ) );
read( "evidence" ).forEach( ( c, i ) => {
   const found = AG.evidence( c.lines, c.document );
   compare( "evidence", i, { claim: c.claim, factor: c.factor }, { claim: found.claim, factor: found.factor } );
} );
console.log( JSON.stringify( { count, wrong } ) );
