/* Finds the number that a form of residents asks for, while the person fills it in.

   <form data-proof-nonce="…" data-proof-bits="15" data-proof-wait="Xin chờ vài giây…">
     <input type="hidden" name="proof">
     <p data-proof-said role="status" hidden></p>

   SHA-256 of "nonce:number" must begin with so many zero bits. It is written out here because
   crypto.subtle answers each of a hundred thousand questions later than this does, and is missing
   where the page came without https. Old syntax, for old phones. The file runs once more as the
   worker; where there is none, in short turns beside the page. */
(function () {
  "use strict";
  var TURN_MS = 12;
  var REST_MS = 8;
  var PATIENCE_MS = 20000; // then the form goes without the number, and the server asks a question

  var K = [];
  var START = [];
  (function () {
    // The constants are the first bits of the roots of the first primes.
    var prime = 2;
    function bits(root) {
      return ((root - Math.floor(root)) * 4294967296) | 0;
    }
    function isPrime(number) {
      for (var factor = 2; factor * factor <= number; factor++) {
        if (number % factor === 0) {
          return false;
        }
      }
      return true;
    }
    while (K.length < 64) {
      if (isPrime(prime)) {
        if (START.length < 8) {
          START.push(bits(Math.pow(prime, 1 / 2)));
        }
        K.push(bits(Math.pow(prime, 1 / 3)));
      }
      prime++;
    }
  })();

  /* The first 32 bits of the hash of one block: more are never asked for. */
  function firstWord(w) {
    var a = START[0], b = START[1], c = START[2], d = START[3];
    var e = START[4], f = START[5], g = START[6], h = START[7];
    for (var i = 0; i < 64; i++) {
      if (i > 15) {
        var x = w[i - 15], y = w[i - 2];
        w[i] = (w[i - 16] + w[i - 7] +
          (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
          (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      }
      var one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
        ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      var two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
        ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    return (a + START[0]) >>> 0;
  }

  function search(nonce, bits) {
    var w = [];
    var number = 0;
    var below = Math.pow(2, 32 - bits);
    function fits() {
      var text = nonce + ":" + number;
      for (var i = 0; i < 16; i++) {
        w[i] = 0;
      }
      for (var at = 0; at < text.length; at++) {
        w[at >> 2] |= text.charCodeAt(at) << (24 - 8 * (at & 3));
      }
      w[at >> 2] |= 128 << (24 - 8 * (at & 3));
      w[15] = text.length * 8;
      return firstWord(w) < below;
    }
    /* Searches until `until` (ms); the number, or null while there is none yet. */
    return function (until) {
      for (;;) {
        for (var tries = 0; tries < 200; tries++) {
          if (fits()) {
            return String(number);
          }
          number++;
        }
        if (Date.now() >= until) {
          return null;
        }
      }
    };
  }

  if (typeof document === "undefined") {
    self.onmessage = function (event) {
      self.postMessage(search(event.data.nonce, event.data.bits)(Infinity));
    };
    return;
  }

  var source = document.currentScript && document.currentScript.src;

  function inTurns(nonce, bits, done) {
    var turn = search(nonce, bits);
    (function next() {
      var found = turn(Date.now() + TURN_MS);
      if (found === null) {
        setTimeout(next, REST_MS);
      } else {
        done(found);
      }
    })();
  }

  function find(nonce, bits, done) {
    var worker;
    try {
      worker = new Worker(source);
    } catch (refused) {
      inTurns(nonce, bits, done);
      return;
    }
    worker.onmessage = function (event) {
      worker.terminate();
      done(event.data);
    };
    worker.onerror = function () {
      worker.terminate();
      inTurns(nonce, bits, done);
    };
    worker.postMessage({ nonce: nonce, bits: bits });
  }

  function attend(form) {
    var field = form.elements.proof;
    var said = form.querySelector("[data-proof-said]");
    var pressed = null;
    var isWaiting = false;

    function go() {
      if (!isWaiting) {
        return;
      }
      isWaiting = false;
      field.proofIsIn = true;
      if (said) {
        said.hidden = true;
      }
      if (pressed) {
        pressed.click(); // so that the name of the button goes along
      } else {
        form.submit();
      }
    }

    if (field.value) {
      return;
    }
    find(form.getAttribute("data-proof-nonce"), Number(form.getAttribute("data-proof-bits")),
      function (found) {
        field.value = found;
        field.proofIsIn = true;
        go();
      });
    form.addEventListener("click", function (event) {
      var button = event.target.closest && event.target.closest("button, input[type=submit]");
      if (button && button.type === "submit") {
        pressed = button;
      }
    });
    form.addEventListener("submit", function (event) {
      if (field.proofIsIn) {
        return;
      }
      event.preventDefault();
      if (isWaiting) {
        return;
      }
      isWaiting = true;
      pressed = event.submitter || pressed;
      if (said) {
        said.textContent = form.getAttribute("data-proof-wait");
        said.hidden = false;
      }
      setTimeout(go, PATIENCE_MS);
    });
  }

  function start() {
    var forms = document.querySelectorAll("form[data-proof-nonce]");
    for (var i = 0; i < forms.length; i++) {
      attend(forms[i]);
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
