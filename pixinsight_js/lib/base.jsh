// What every part uses. ES5, no PixInsight needed. AG is the only name that these files make global.

var AG = {};

// put in when the packages are made
AG.VERSION = "@VERSION@";
if ( AG.VERSION.charAt( 0 ) == "@" )
   AG.VERSION = "from source";

AG.known = function( value ) {
   return value === undefined ? null : value;
};

// Rounded as Python does it: exact halves go to the even neighbour.
AG.round = function( value, digits ) {
   if ( value === null || value === undefined )
      return null;
   if ( Math.abs( value ) >= 1e15 )
      return value;
   var size = Math.abs( value ), scale = Math.pow( 10, digits ), twice = size * scale * 2;
   var half = size * Math.pow( 2, digits + 1 );
   var tie = half === Math.floor( half ) && twice === Math.floor( twice ) && twice % 2 == 1;
   var rounded = tie ? AG.halfEven( size * scale ) / scale : Number( size.toFixed( digits ) );
   return value < 0 && rounded !== 0 ? -rounded : rounded;
};

AG.halfEven = function( value ) {
   var floor = Math.floor( value ), rest = value - floor;
   return rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 ? floor + 1 : floor;
};

AG.median = function( values ) {
   var sorted = values.filter( function( v ) { return v !== null; } ).sort( function( a, b ) { return a - b; } );
   if ( !sorted.length )
      return null;
   var middle = sorted.length >> 1;
   return AG.round( sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, 6 );
};

AG.range = function( values ) {
   var known = values.filter( function( v ) { return v !== null; } );
   return known.length ? [Math.min.apply( null, known ), Math.max.apply( null, known )] : null;
};

// Items with equal keys together, in the order in which each key came first.
AG.gather = function( items, keyOf ) {
   var keys = [], found = {};
   items.forEach( function( item ) {
      var key = "k" + JSON.stringify( keyOf( item ) );
      if ( found[key] === undefined ) {
         found[key] = [];
         keys.push( key );
      }
      found[key].push( item );
   } );
   return keys.map( function( key ) { return found[key]; } );
};

// A sorted copy; items that compare equal stay in order on every engine.
AG.sorted = function( items, compare ) {
   return items.map( function( item, i ) { return { item: item, i: i }; } ).sort( function( a, b ) {
      return compare( a.item, b.item ) || a.i - b.i;
   } ).map( function( entry ) { return entry.item; } );
};

AG.joined = function( lists ) {
   return Array.prototype.concat.apply( [], lists );
};

AG.once = function( items ) {
   return items.filter( function( item, i ) { return items.indexOf( item ) == i; } );
};

AG.fileName = function( path ) {
   return path.substring( path.lastIndexOf( "/" ) + 1 );
};

AG.stem = function( path ) {
   var name = AG.fileName( path ), dot = name.lastIndexOf( "." );
   return dot > 0 ? name.substring( 0, dot ) : name;
};

AG.folderOf = function( path ) {
   return path.substring( 0, path.lastIndexOf( "/" ) );
};

AG.limit = function( field, scope ) {
   var rows = AG.tables.limits;
   for ( var i = 0; i < rows.length; ++i )
      if ( rows[i].field == field && rows[i].scope == scope )
         return rows[i];
   throw new Error( "no limit for " + field + ", " + scope );
};

AG.equalWithin = function( row, value ) {
   return Math.max( row.exact, Math.abs( value ) * row.exact_percent / 100 );
};

AG.toleratedWithin = function( row, value ) {
   return Math.max( AG.equalWithin( row, value ), row.tolerated, Math.abs( value ) * row.tolerated_percent / 100, row.strong );
};
