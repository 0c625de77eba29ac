#engine v8
#feature-id    AmpGlow : AmpGlow > AmpGlow
#feature-info  Checks, calibrates and verifies dark calibration, so that amp glow is removed and not hidden.

#include "lib/base.jsh"
#include "lib/tables.jsh"
#include "lib/frame.jsh"
#include "lib/facts.jsh"
#include "lib/compare.jsh"
#include "lib/match.jsh"
#include "lib/sound.jsh"
#include "lib/report.jsh"
#include "lib/planfile.jsh"
#include "lib/order.jsh"
#include "lib/plan.jsh"
#include "lib/settings.jsh"
#include "lib/jobs.jsh"
#include "lib/evidence.jsh"
#include "lib/files.jsh"
#include "lib/run.jsh"
#include "lib/command.jsh"
#include "lib/model.jsh"
#include "lib/pages.jsh"

// PixInsight 1.9.4; AmpGlow.js is the same window for the versions before.
class AmpGlowDialog extends Dialog {
   constructor( model ) {
      super();
      AG.build( this, model );
   }
}

AG.main( function( model ) { return new AmpGlowDialog( model ); } );
