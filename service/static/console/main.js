// The console's script: each page takes of it what its elements ask for.

import "./times.js";
import "./live.js";
import "./sound.js";
import "./keys.js";
import "./queue.js";
import "./hand.js";
import "./enquiry.js";
import "./files.js";
import "./preview.js";
import "./people.js";
import "./languages.js";
import "./reply.js";
import "./canned.js";
