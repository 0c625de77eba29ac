// Lights against calibration frames: which set belongs to which group, and why the others do not. ES5, no PixInsight
// needed. The same cases run through this file and through Python; see tests/vectors.

AG.STATUS = ["exact", "tolerated", "unknown", "none"];
AG.KINDS = { dark: ["dark", "darkflat", "unknown"], flatdark: ["dark", "darkflat", "unknown"], bias: ["bias", "unknown"], flat: ["flat", "unknown"] };
AG.SHARED = ["camera", "camera_serial", "width", "height", "xbinning", "ybinning", "exposure_s", "temperature_c", "setpoint_c",
   "gain", "offset", "readout_mode", "conversion_gain", "filter", "object"];
AG.SCOPES = { setpoint_c: "settled", pixel_um: "generic camera", bits: "single frames", software: "single frames", calibrated: "light",
   stack_count: "light", filter: "flat", focal_length_mm: "flat", roi_x: "both sides have it", roi_y: "both sides have it",
   row_order: "both sides have it", bayer_pattern: "both sides have it", camera_serial: "both sides have it" };
AG.NOT_NUMBERS = ["text", "normalised text", "flag", "side", "program"];

AG.days = function( a, b ) {
   return Math.abs( Math.round( (Date.parse( a ) - Date.parse( b )) / 86400000 ) );
};

// Days between the newest frame of the set and the night of the group that is farthest from it.
AG.age = function( group, set ) {
   var newest = set.nights[set.nights.length - 1];
   if ( !newest || !group.nights.length )
      return null;
   return Math.max.apply( null, group.nights.map( function( night ) { return AG.days( night, newest ); } ) );
};

AG.statusOf = function( group, set, outcomes, role ) {
   var kind = group.body.kind || set.body.kind;
   var vital = ["exposure_s", "temperature_c"].some( function( name ) {
      return outcomes[name] == "unknown" || outcomes[name] == "not_recorded";
   } );
   vital = vital || outcomes.gain == "unknown" || (outcomes.gain == "not_recorded" && kind == "cmos") || outcomes.readout_mode == "unknown";
   if ( role != "flat" && vital )
      return "unknown";
   return AG.having( outcomes, "tolerated" ).length ? "tolerated" : "exact";
};

AG.rank = function( group, set, outcomes, status ) {
   var age = AG.age( group, set ), apart = 0;
   if ( group.temperature_c !== null && set.temperature_c !== null )
      apart = Math.abs( group.temperature_c - set.temperature_c );
   var stale = AG.tables.stale_after_d.filter( function( days ) { return age !== null && age > days; } ).length;
   return [AG.STATUS.indexOf( status ), stale, AG.having( outcomes, "tolerated" ).length, status == "tolerated" ? AG.halfEven( apart ) : 0,
      set.settings.master ? 0 : 1, -(set.settings.master ? set.settings.stack_count || 0 : set.members.length),
      age === null ? Infinity : age, apart, set.first.path];
};

AG.before = function( a, b ) {
   for ( var i = 0; i < a.length; ++i )
      if ( a[i] !== b[i] )
         return a[i] < b[i] ? -1 : 1;
   return 0;
};

// A frame that says this of its kind can serve in the role; an unknown kind can.
AG.fits = function( frame, role ) {
   var kind = frame.kind || "unknown";
   if ( role == "bias" && kind == "dark" )
      return AG.known( frame.exposure_s ) !== null && frame.exposure_s <= AG.tables.numbers.bias_exposure_s;
   return AG.KINDS[role].indexOf( kind ) >= 0;
};

AG.values = function( name, group, set ) {
   if ( name == "exposure_s" )
      return [AG.farthest( group.exposures_s, set.exposure_s ), set.exposure_s];
   if ( name == "temperature_c" )
      return [AG.farthest( group.temperatures_c, set.temperature_c ), set.temperature_c];
   if ( name == "readout_mode" )
      return [AG.readoutText( group.first ), AG.readoutText( set.first )];
   return [AG.known( group.first[name] ), AG.known( set.first[name] )];
};

// The readout mode with the switches beside it: "0, LOWNOISE ON".
AG.readoutText = function( frame ) {
   var options = frame.readout_options || {};
   var parts = Object.keys( options ).map( function( key ) { return key + " " + options[key]; } );
   if ( frame.readout_mode )
      parts.unshift( frame.readout_mode );
   return parts.join( ", " ) || null;
};

// { limit, unit, most }: largest difference that is equal, its unit, and the largest that is tolerated.
AG.limitsOf = function( name, light, group, set ) {
   var scope = name == "temperature_c" ? AG.scope( group.settings.cooled, set.settings.cooled ) : AG.SCOPES[name] || "all";
   var row = AG.limit( name, scope ), value = typeof light == "number" ? light : 0;
   if ( AG.NOT_NUMBERS.indexOf( row.unit ) >= 0 )
      return { limit: null, unit: null, most: null };
   return { limit: AG.equalWithin( row, value ), unit: row.unit, most: AG.toleratedWithin( row, value ) };
};

AG.deviation = function( name, group, set ) {
   var pair = AG.values( name, group, set ), reach = AG.limitsOf( name, pair[0], group, set );
   return { field: name, light: pair[0], dark: pair[1], limit: reach.limit, unit: reach.unit };
};

AG.rejection = function( name, group, set ) {
   var pair = AG.values( name, group, set ), reach = AG.limitsOf( name, pair[0], group, set );
   return { dark: set.newest.path, field: name, light: pair[0], dark_value: pair[1], limit: reach.most, unit: reach.unit };
};

// --- the nearest of those that do not fit

AG.byNumber = function( value ) {
   return function( a, b ) {
      var one = value( a ), other = value( b );
      return one === null || other === null ? (one === null ? 1 : 0) - (other === null ? 1 : 0) : one - other;
   };
};

// Sets of one exposure from the closest temperature outwards; those without one last.
AG.outwards = function( leaves, temperature ) {
   function degrees( leaf ) {
      return leaf[0].temperature_c;
   }
   var sorted = AG.sorted( leaves, AG.byNumber( degrees ) );
   if ( temperature === null )
      return sorted;
   var known = sorted.filter( function( leaf ) { return degrees( leaf ) !== null; } ), found = [];
   var right = known.filter( function( leaf ) { return degrees( leaf ) < temperature; } ).length, left = right - 1;
   while ( left >= 0 || right < known.length ) {
      var low = left >= 0 ? temperature - degrees( known[left] ) : Infinity;
      var high = right < known.length ? degrees( known[right] ) - temperature : Infinity;
      found.push( low <= high ? known[left--] : known[right++] );
   }
   return found.concat( sorted.slice( known.length ) );
};

// [{ sets, outcomes }]: sets that no group can tell apart by its fields together, the nearest first: fewest differences
// in the camera, then fewest in its settings, then the closest exposure, then the closest temperature.
AG.nearestFirst = function( group, sets, role ) {
   function differing( alike, names ) {
      var outcomes = AG.outcomes( group, alike[0], role );
      return names.filter( function( name ) { return outcomes[name] == "different"; } ).length;
   }
   function fewest( names ) {
      return function( a, b ) { return differing( a, names ) - differing( b, names ); };
   }
   function distance( alike ) {
      return group.exposure_s === null || alike[0].exposure_s === null ? null : Math.abs( group.exposure_s - alike[0].exposure_s );
   }
   var camera = ["camera", "camera_serial", "pixel_um"], found = [];
   var settings = AG.PIXELS.concat( role == "flat" ? AG.FLAT_FIELDS : AG.LEVEL_FIELDS );
   AG.sorted( AG.gather( sets, function( s ) { return s.body; } ), fewest( camera ) ).forEach( function( body ) {
      AG.sorted( AG.gather( body, function( s ) { return s.settings; } ), fewest( settings ) ).forEach( function( shelf ) {
         var rows = AG.sorted( AG.gather( shelf, function( s ) { return s.exposure_s; } ), AG.byNumber( function( r ) { return r[0].exposure_s; } ) );
         AG.sorted( rows, AG.byNumber( distance ) ).forEach( function( row ) {
            var leaves = AG.gather( row, function( s ) { return [s.temperature_c, s.basis, s.settled]; } );
            AG.outwards( leaves, group.temperature_c ).forEach( function( leaf ) {
               found.push( { sets: AG.sorted( leaf, AG.newestFirst ), outcomes: AG.outcomes( group, leaf[0], role ) } );
            } );
         } );
      } );
   } );
   return found;
};

AG.newestFirst = function( a, b ) {
   var one = a.nights[a.nights.length - 1] || "", other = b.nights[b.nights.length - 1] || "";
   return one == other ? 0 : one < other ? 1 : -1;
};

AG.rejections = function( group, judged, misfits, most ) {
   var told = [], found = [];
   judged.forEach( function( row ) {
      row.sets.forEach( function( set ) {
         told.push( AG.having( row.outcomes, "different" ).map( function( name ) { return AG.rejection( name, group, set ); } ) );
      } );
   } );
   misfits.forEach( function( frame ) {
      told.push( [{ dark: frame.path, field: "kind", light: group.first.kind || "unknown", dark_value: frame.kind || "unknown", limit: null, unit: null }] );
   } );
   for ( var i = 0; i < told.length; ++i ) {
      if ( found.length && found.length + told[i].length > most )
         break;
      found = found.concat( told[i] );
   }
   return found;
};

// --- the choice

AG.shared = function( group ) {
   var values = {};
   AG.SHARED.forEach( function( name ) { values[name] = AG.known( group.first[name] ); } );
   values.exposure_s = group.exposure_s;
   values.temperature_c = group.basis == "measured" ? group.temperature_c : null;
   return values;
};

AG.choose = function( id, group, sets, role, misfits, most ) {
   var judged = AG.nearestFirst( group, sets, role );
   var accepted = judged.filter( function( row ) { return !AG.having( row.outcomes, "different" ).length; } );
   var rejected = judged.filter( function( row ) { return AG.having( row.outcomes, "different" ).length; } );
   var match = {
      id: id, role: role, group: AG.shared( group ), lights: group.paths, dark: null, darks: [], status: "none", age_days: null,
      deviations: [], unknown: [], not_recorded: [], outcomes: rejected.length ? rejected[0].outcomes : null,
      rejections: AG.rejections( group, rejected, misfits, most ),
      rejected_total: AG.joined( rejected.map( function( row ) { return row.sets; } ) ).length + misfits.length
   };
   var rows = AG.joined( accepted.map( function( row ) {
      return row.sets.map( function( set ) {
         var status = AG.statusOf( group, row.sets[0], row.outcomes, role );
         return { set: set, outcomes: row.outcomes, status: status, rank: AG.rank( group, set, row.outcomes, status ) };
      } );
   } ) );
   if ( !rows.length )
      return match;
   var best = AG.sorted( rows, function( a, b ) { return AG.before( a.rank, b.rank ); } )[0];
   match.dark = best.set.newest.path;
   match.darks = best.set.paths;
   match.status = best.status;
   match.age_days = AG.age( group, best.set );
   match.outcomes = best.outcomes;
   match.deviations = AG.having( best.outcomes, "tolerated" ).map( function( name ) { return AG.deviation( name, group, best.set ); } );
   match.unknown = AG.having( best.outcomes, "unknown" );
   match.not_recorded = AG.having( best.outcomes, "not_recorded" );
   return match;
};

AG.matchGroups = function( name, groups, offered, role, most ) {
   var sets = AG.calibrationSets( offered.filter( function( f ) { return AG.fits( f, role ); } ), role );
   var misfits = offered.filter( function( f ) { return !AG.fits( f, role ); } );
   return groups.map( function( group, i ) { return AG.choose( name + "-" + (i + 1), group, sets, role, misfits, most || AG.tables.numbers.nearest ); } );
};

AG.sameExposure = function( dark, frames ) {
   return frames.some( function( frame ) {
      var outcome = AG.known( frame.exposure_s ) === null ? "" : AG.compareExposure( frame.exposure_s, AG.known( dark.exposure_s ) );
      return outcome == "equal" || outcome == "tolerated";
   } );
};

// Matches for everything a calibration needs. given: frames by role (light, dark, flat, darkflat, bias). A dark of the flats'
// exposure serves as flat-dark, and a flat-dark of the lights' exposure as dark: capture programs write both as Dark.
AG.matchAll = function( given ) {
   function of( role ) {
      return given[role] || [];
   }
   var lights = AG.lightGroups( of( "light" ) );
   var flats = AG.flatGroups( of( "flat" ).filter( function( f ) { return !f.master; } ) );
   var darks = of( "dark" ).concat( of( "darkflat" ).filter( function( d ) { return AG.sameExposure( d, of( "light" ) ); } ) );
   var flatDarks = of( "darkflat" ).concat( of( "dark" ).filter( function( d ) { return AG.sameExposure( d, of( "flat" ) ); } ) );
   var found = AG.matchGroups( "dark", lights, darks, "dark" );
   if ( of( "flat" ).length )
      found = found.concat( AG.matchGroups( "flat", lights, of( "flat" ), "flat" ) );
   if ( of( "bias" ).length )
      found = found.concat( AG.matchGroups( "bias", lights, of( "bias" ), "bias" ) );
   found = found.concat( AG.matchGroups( "flatdark", flats, flatDarks, "flatdark" ) );
   if ( of( "bias" ).length )
      found = found.concat( AG.matchGroups( "flatbias", flats, of( "bias" ), "bias" ) );
   return found;
};
