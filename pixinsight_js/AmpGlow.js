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
#include "lib/order.jsh"
#include "lib/evidence.jsh"
#include "lib/files.jsh"
#include "lib/run.jsh"
#include "lib/pages.jsh"

// PixInsight up to 1.9.3; AmpGlow-v8.js is the same window for 1.9.4.
function AmpGlowDialog() {
   this.__base__ = Dialog;
   this.__base__();
   AG.build( this );
}
AmpGlowDialog.prototype = new Dialog;

(new AmpGlowDialog).execute();
