// A plan in JSON, read and checked place by place. ES5, no PixInsight needed.

// { plan, problems }: the plan with every field that was left out, and what is wrong with it, by place.
AG.readPlan = function( text ) {
   var data;
   try {
      data = JSON.parse( text );
   } catch ( error ) {
      return { plan: null, problems: ["is no JSON. A plan in YAML is turned into one by: ampglow emit PLAN --host pixinsight -o FOLDER, which writes FOLDER/plan.json"] };
   }
   var problems = [], plan = AG.readObject( "Plan", data, "", problems );
   return { plan: problems.length ? null : plan, problems: problems };
};

AG.readObject = function( name, data, place, problems ) {
   if ( data === null || typeof data != "object" || data instanceof Array ) {
      problems.push( (place || "the plan") + " must be an object" );
      return null;
   }
   var fields = name == "Step" ? AG.tables.plan.steps[data.step] : AG.tables.plan[name], found = {};
   if ( !fields ) {
      problems.push( place + ".step is no step: " + JSON.stringify( AG.known( data.step ) ) );
      return null;
   }
   function at( key ) {
      return place ? place + "." + key : key;
   }
   Object.keys( data ).forEach( function( key ) {
      if ( !fields.hasOwnProperty( key ) )
         problems.push( at( key ) + " is not known" );
   } );
   Object.keys( fields ).forEach( function( key ) {
      var field = fields[key];
      if ( data.hasOwnProperty( key ) )
         found[key] = AG.readValue( field, data[key], at( key ), problems );
      else if ( field.hasOwnProperty( "default" ) )
         found[key] = JSON.parse( JSON.stringify( field["default"] ) );
      else
         problems.push( at( key ) + " is missing" );
   } );
   return found;
};

AG.readValue = function( field, value, place, problems ) {
   if ( value === null && field["null"] )
      return null;
   if ( field.list ) {
      if ( !(value instanceof Array) ) {
         problems.push( place + " must be a list" );
         return [];
      }
      return value.map( function( entry, i ) {
         var inner = place + "[" + i + "]";
         return field.list == "string" ? AG.readValue( { type: "string" }, entry, inner, problems ) : AG.readObject( field.list, entry, inner, problems );
      } );
   }
   if ( field.words ? field.words.indexOf( value ) < 0 : field.map ? value === null || typeof value != "object" : typeof value != field.type )
      problems.push( place + " must not be " + JSON.stringify( value ) + (field.words ? "; there are " + field.words.join( ", " ) : "") );
   return value;
};
