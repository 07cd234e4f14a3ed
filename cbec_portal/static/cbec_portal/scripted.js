// Says that scripts run before anything is drawn, so that what only they work is shown from the first.
"use strict";

document.documentElement.classList.add("scripted");
