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

// PixInsight up to 1.9.3; AmpGlow-v8.js is the same window for 1.9.4.
function AmpGlowDialog( model ) {
   this.__base__ = Dialog;
   this.__base__();
   AG.build( this, model );
}
AmpGlowDialog.prototype = new Dialog;

AG.main( function( model ) { return new AmpGlowDialog( model ); } );
