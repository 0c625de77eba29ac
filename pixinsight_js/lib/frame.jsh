// Header cards of one file to the record that matching compares. ES5, no PixInsight needed.
// A card is { name, value, comment } as PixInsight gives it: text in quotes, numbers bare, T and F.

AG.NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eEdD][+-]?\d+)?/;

AG.card = function( name, value, comment ) {
   var text = String( value === undefined || value === null ? "" : value );
   var quoted = text.length > 1 && text.charAt( 0 ) == "'" && text.charAt( text.length - 1 ) == "'";
   var plain = quoted ? text.substring( 1, text.length - 1 ).replace( /''/g, "'" ) : text;
   var key = String( name ).toUpperCase();
   if ( (key == "HISTORY" || key == "COMMENT") && plain.replace( /[' ]/g, "" ) == "" )
      plain = String( comment || "" );
   return {
      keyword: String( name ),
      key: key,
      text: plain.trim(),
      flag: !quoted && (text == "T" || text == "F"),
      isText: quoted,
      comment: String( comment || "" )
   };
};

AG.number = function( text, unit ) {
   var trimmed = String( text ).trim();
   var match = AG.NUMBER.exec( trimmed );
   if ( match === null )
      return null;
   var rest = trimmed.substring( match[0].length ).trim().toLowerCase();
   if ( rest != "" && rest != (unit || "").toLowerCase() )
      return null;
   var value = Number( match[0].replace( /,/g, "." ).replace( /[dD]/, "e" ) );
   return isFinite( value ) ? value : null;
};

AG.isWhole = function( value ) {
   return value !== null && Math.floor( value ) === value;
};

AG.temperature = function( text ) {
   var plain = text.replace( /\u00b0/g, "" ).trim();
   var value = AG.number( plain, "C" );
   if ( value === null )
      value = AG.number( plain, "K" );
   if ( value === null )
      return null;
   if ( value > 100 )
      value = AG.round( value - 273.15, 6 );
   return value > -273.15 && value <= 100 ? value : null;
};

AG.isoUtc = function( text, clock ) {
   var day = /^(\d{4})[-.\/](\d{1,2})[-.\/](\d{1,2})/.exec( text );
   if ( day === null )
      return null;
   var rest = text.substring( day[0].length ).replace( /^[T ]+/, "" ) || (clock || "").trim();
   var year = Number( day[1] ), month = Number( day[2] ), date = Number( day[3] );
   if ( year < 1980 || month < 1 || month > 12 || date < 1 || date > 31 )
      return null;
   if ( rest == "" )
      return AG.pad( year, 4 ) + "-" + AG.pad( month, 2 ) + "-" + AG.pad( date, 2 );
   var time = /^(\d{1,2}):(\d{1,2}):(\d{1,2})((?:[.,]\d*)?)\s*(?:Z|UTC|UT|([+-])(\d{2}):?(\d{2}))?$/i.exec( rest );
   if ( time === null || Number( time[3] ) > 60 )
      return null;
   var seconds = Number( time[1] ) * 3600 + Number( time[2] ) * 60 + Number( time[3] );
   if ( time[5] )
      seconds -= (time[5] == "+" ? 1 : -1) * (Number( time[6] ) * 3600 + Number( time[7] ) * 60);
   var moment = new Date( Date.UTC( year, month - 1, date ) + 1000 * seconds );
   return moment.toISOString().substring( 0, 19 ) + time[4].replace( ",", "." ).replace( /\.$/, "" );
};

AG.pad = function( number, width ) {
   var text = String( number );
   while ( text.length < width )
      text = "0" + text;
   return text;
};

AG.readings = {
   number: function( state, row, card, text ) {
      if ( card.flag )
         return null;
      var value = AG.number( text );
      return value === null || row.nothing.indexOf( value ) >= 0 ? null : value * row.factor;
   },
   positive: function( state, row, card, text ) {
      var value = AG.readings.number( state, row, card, text );
      return value !== null && value >= 0 ? value : null;
   },
   duration: function( state, row, card, text ) {
      var value = AG.readings.positive( state, row, card, text.replace( /s$/, "" ) );
      return value !== null && /\bms\b|millisec/i.test( card.comment ) ? value / 1000 : value;
   },
   size: function( state, row, card, text ) {
      var value = AG.readings.number( state, row, card, text );
      if ( value === null || value <= 0 )
         return null;
      return row.unbinned ? value * (state.record.xbinning || 1) : value;
   },
   count: function( state, row, card, text ) {
      var value = AG.readings.positive( state, row, card, text );
      return AG.isWhole( value ) ? value : null;
   },
   stack_count: function( state, row, card, text ) {
      return AG.readings.count( state, row, card, text ) || null;
   },
   temperature: function( state, row, card, text ) {
      if ( card.flag || row.nothing.indexOf( AG.number( card.text ) ) >= 0 )
         return null;
      return AG.temperature( text );
   },
   gain: function( state, row, card, text ) {
      if ( card.flag || AG.isEgain( state, card ) )
         return null;
      var value = AG.number( card.text.replace( /^ISO/i, "" ) );
      return value !== null && value >= 0 ? value : null;
   },
   egain: function( state, row, card, text ) {
      if ( row.key == "GAIN" && !AG.isEgain( state, card ) )
         return null;
      var value = AG.readings.number( state, row, card, text );
      return value !== null && value > 0 ? value : null;
   },
   readout: function( state, row, card, text ) {
      var word = text.toLowerCase();
      return word == "default" || word == "normal" ? null : text;
   },
   binning: function( state, row, card ) {
      return AG.binning( card.text, 0 );
   },
   binning_y: function( state, row, card ) {
      return AG.binning( card.text, 1 );
   },
   kind: function( state, row, card, text ) {
      if ( row.key == "PICTTYPE" ) {
         var number = AG.number( card.text );
         return AG.isWhole( number ) ? AG.tables.keywords.picttype[number] || null : null;
      }
      var word = text.toLowerCase().replace( /master|frame|field|image|[^a-z]/g, "" );
      return AG.tables.keywords.spellings[word] || null;
   },
   camera: function( state, row, card, text ) {
      return text.replace( /\s+S\/N\s.*/i, "" ) || null;
   },
   serial: function( state, row, card, text ) {
      if ( !text || /^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/.test( text ) || /_$/.test( text ) )
         return null;
      return /[\/\\]|^USB\b/i.test( text ) || text.replace( /^[0\-. ]+|[0\-. ]+$/g, "" ) == "" ? null : text;
   },
   bayer: function( state, row, card ) {
      var text = card.text.toUpperCase();
      if ( text == "NO" || text == "NONE" || text == "INVALID" )
         return "none";
      return /^([RGB]{4}|[CMYG]{4})$/.test( text ) ? text : null;
   },
   row_order: function( state, row, card ) {
      var text = card.text.toUpperCase();
      return text == "TOP-DOWN" || text == "BOTTOM-UP" ? text : null;
   },
   date: function( state, row, card, text ) {
      if ( !card.isText )
         return null;
      var clock = null;
      AG.tables.keywords.time_of_day.forEach( function( key ) {
         if ( clock === null && state.cards[key] )
            clock = state.cards[key][0].text;
      } );
      return AG.isoUtc( text, clock );
   },
   text: function( state, row, card, text ) {
      return text;
   },
   filter: function( state, row, card, text ) {
      return text.toLowerCase() == "none" ? null : text;
   }
};

AG.binning = function( text, axis ) {
   var parts = text.match( /\d+/g ) || [];
   var value = AG.number( text );
   if ( value === null && (parts.length == 1 || parts.length == 2) )
      value = Number( parts[Math.min( axis, parts.length - 1 )] );
   return AG.isWhole( value ) && value > 0 ? value : null;
};

AG.isEgain = function( state, card ) {
   if ( /e-?\s*\/\s*(adu|dn)|electrons/i.test( card.comment ) )
      return true;
   var value = AG.number( card.text );
   return value !== null && !AG.isWhole( value ) && value < 10 && state.shape.floating === true;
};

// Cards of a row whose conditions hold, each with the text that counts.
AG.usable = function( state, row ) {
   function known( ids ) {
      return ids.some( function( id ) { return state.programs.indexOf( id ) >= 0; } );
   }
   if ( (row.only.length && !known( row.only )) || known( row.never ) )
      return [];
   if ( (row.beside && !state.cards[row.beside]) || (row.kind && state.record.kind != row.kind) )
      return [];
   var found = [];
   (state.cards[row.key.toUpperCase()] || []).forEach( function( card ) {
      var text = card.text;
      if ( row.match ) {
         var match = new RegExp( row.match, "i" ).exec( text );
         if ( match === null )
            return;
         text = (row.group && match[row.group]) || text;
      }
      if ( AG.tables.keywords.placeholders.indexOf( text.toLowerCase() ) < 0 )
         found.push( { card: card, text: text } );
   } );
   return found;
};

// The record of one file. shape: { width, height, planes, bits, floating } of the image.
AG.record = function( path, cards, shape ) {
   var state = { cards: {}, programs: [], shape: shape, record: { path: path }, sources: {} };
   cards.forEach( function( card ) {
      (state.cards[card.key] = state.cards[card.key] || []).push( card );
   } );
   AG.tables.keywords.programs.forEach( function( row ) {
      if ( row.colour && (shape.planes || 1) < 3 )
         return;
      var pattern = new RegExp( row.match, "i" );
      if ( (state.cards[row.key.toUpperCase()] || []).some( function( c ) { return pattern.test( c.text ); } ) )
         state.programs.push( row.id );
   } );
   ["width", "height", "planes", "bits"].forEach( function( name ) {
      if ( shape[name] !== null && shape[name] !== undefined )
         state.record[name] = shape[name];
   } );
   AG.tables.keywords.fields.forEach( function( field ) {
      AG.readField( state, field );
   } );
   AG.readMaster( state );
   AG.readCalibration( state );
   AG.readOptions( state );
   AG.readNormalization( state );
   AG.readConflicts( state );
   if ( state.record.date_obs && !state.record.night )
      state.record.night = AG.nightOf( state.record.date_obs );
   AG.inferSensor( state.record );
   return state.record;
};

AG.readField = function( state, field ) {
   for ( var i = 0; i < field.rows.length; ++i ) {
      var found = AG.usable( state, field.rows[i] );
      for ( var k = 0; k < found.length; ++k ) {
         var value = AG.readings[field.as]( state, field.rows[i], found[k].card, found[k].text );
         if ( value !== null && value !== undefined ) {
            if ( state.record[field.field] === undefined ) {
               state.record[field.field] = value;
               state.sources[field.field] = found[k].card.key;
            }
            return;
         }
      }
   }
};

AG.readMaster = function( state ) {
   var record = state.record;
   AG.tables.keywords.fields.forEach( function( field ) {
      if ( field.field == "kind" )
         field.rows.forEach( function( row ) {
            AG.usable( state, row ).forEach( function( found ) {
               if ( found.text.toLowerCase().indexOf( "master" ) >= 0 )
                  record.master = true;
            } );
         } );
   } );
   AG.tables.keywords.master_signs.forEach( function( row ) {
      if ( state.cards[row.key.toUpperCase()] ) {
         record.master = true;
         if ( row.kind && !record.kind )
            record.kind = row.kind;
      }
   } );
   if ( (record.stack_count || 0) > 1 || (record.total_exposure_s && record.exposure_s && record.total_exposure_s > 1.01 * record.exposure_s) )
      record.master = true;
   if ( AG.tables.keywords.master_programs.some( function( id ) { return state.programs.indexOf( id ) >= 0; } ) )
      record.master = true;
   record.master = record.master === true;
};

AG.readCalibration = function( state ) {
   var letters = "";
   AG.tables.keywords.calibration.forEach( function( row ) {
      AG.usable( state, row ).forEach( function( found ) {
         letters += row.letters == "from_value" ? found.text.toUpperCase() : row.letters || "";
      } );
   } );
   var status = "BDF".split( "" ).filter( function( letter ) { return letters.indexOf( letter ) >= 0; } ).join( "" );
   if ( status == "" && letters.indexOf( "?" ) >= 0 )
      status = "?";
   state.record.calibration_status = status || null;
   state.record.calibrated = status != "";
};

// Switches of the driver beside the readout mode, as written.
AG.readOptions = function( state ) {
   var found = {};
   AG.tables.keywords.readout_options.forEach( function( row ) {
      (state.cards[row.key] || []).forEach( function( card ) {
         if ( AG.tables.keywords.placeholders.indexOf( card.text.toLowerCase() ) < 0 )
            found[row.key] = card.text;
      } );
   } );
   if ( Object.keys( found ).length )
      state.record.readout_options = found;
};

// How the frames of a master were normalised; the last integration that HISTORY tells of counts.
AG.readNormalization = function( state ) {
   AG.tables.keywords.master_normalization.some( function( row ) {
      var text = (state.cards[row.key.toUpperCase()] || []).map( function( card ) { return card.text; } ).join( "" ).replace( /\s/g, "" );
      var pattern = new RegExp( row.match, "gi" ), match, last = null;
      while ( (match = pattern.exec( text )) !== null )
         last = row.group ? match[row.group] : match[0];
      if ( last !== null )
         state.record.master_normalization = AG.tables.keywords.normalization_none.indexOf( last.toLowerCase() ) >= 0 ? "none" : last;
      return last !== null;
   } );
};

// Twin cards of a single frame that disagree; of a stack, one of them may be the sum.
AG.readConflicts = function( state ) {
   var found = [];
   AG.tables.keywords.twins.forEach( function( row ) {
      var value = state.record[row.field];
      if ( state.record.master || value === undefined || row.keys.indexOf( state.sources[row.field] ) < 0 )
         return;
      row.keys.forEach( function( key ) {
         (state.cards[key] || []).forEach( function( card ) {
            var other = AG.readings.duration( state, { nothing: [], factor: 1 }, card, card.text );
            if ( other !== null && AG.round( Math.abs( other - value ), 6 ) > AG.round( value * row.percent / 100, 6 ) )
               found.push( { field: row.field, keyword: card.keyword, value: other } );
         } );
      } );
   } );
   state.record.conflicts = found;
};

// The date on which the night of a moment in UTC began, noon to noon; a date alone has no moment.
AG.nightOf = function( iso ) {
   if ( iso.length <= 10 )
      return null;
   var moment = Date.parse( iso.substring( 0, 19 ) + "Z" );
   return isNaN( moment ) ? null : new Date( moment - 12 * 3600 * 1000 ).toISOString().substring( 0, 10 );
};

AG.sensorOf = function( camera ) {
   var rows = AG.tables.cameras;
   for ( var i = 0; camera && i < rows.length; ++i )
      if ( new RegExp( rows[i].match, "i" ).test( camera ) ) {
         var row = rows[i], cooled = row.cooled;
         if ( row.cooled_if )
            cooled = new RegExp( "\\b(" + row.cooled_if + ")\\b", "i" ).test( camera );
         return { id: row.sensor, kind: row.kind, cooled: cooled, severity: row.severity, upper: row.upper, step: row.step };
      }
   return null;
};

AG.inferSensor = function( record ) {
   var sensor = AG.sensorOf( record.camera );
   if ( sensor !== null )
      record.sensor = sensor.id;
   if ( record.readout_mode ) {
      var words = [[/\bHDR\b|high dynamic range/i, "HDR"], [/\bHCG\b|high conversion gain/i, "HCG"], [/\bLCG\b|low conversion gain/i, "LCG"]];
      for ( var i = 0; i < words.length; ++i )
         if ( words[i][0].test( record.readout_mode ) ) {
            record.conversion_gain = words[i][1];
            return;
         }
   }
   var step = sensor && sensor.step;
   if ( !step || (step.binning !== null && record.xbinning !== step.binning) )
      return;
   var gain = record.gain !== undefined ? record.gain : AG.gainByElectrons( record, step );
   if ( gain === null )
      return;
   var threshold = step.by == "gain" ? step.from_gain : step.by == "mode" ? AG.modeThreshold( step, record.readout_mode ) : null;
   if ( threshold === null )
      return;
   var other = step.before !== null ? step.before : threshold;
   if ( Math.min( threshold, other ) <= gain && gain < Math.max( threshold, other ) )
      return;
   record.conversion_gain = gain >= Math.max( threshold, other ) ? "HCG" : "LCG";
};

// The gain that the driver's e-/ADU stands for, which masters often keep alone.
AG.gainByElectrons = function( record, step ) {
   var rule = AG.tables.gain_by_electrons, electrons = record.egain_e_per_adu;
   if ( step.e_per_adu_at_0 === null || electrons === undefined || new RegExp( rule.own, "i" ).test( record.software || "" ) )
      return null;
   var exact = 200 * Math.log( step.e_per_adu_at_0 / electrons ) / Math.LN10, gain = Math.round( exact );
   return 0 < gain && gain <= rule.highest && Math.abs( exact - gain ) <= rule.rounding ? gain : null;
};

AG.modeThreshold = function( step, mode ) {
   for ( var i = 0; mode && i < step.modes.length; ++i ) {
      var row = step.modes[i];
      if ( (row.name !== null && mode.trim().toLowerCase() == row.name.toLowerCase()) || (row.number !== null && AG.number( mode ) === row.number) )
         return row.from_gain;
   }
   return null;
};
