/* Makes chosen pictures small before they leave the phone: quicker on a weak line, and where, when
   and with what they were taken stays behind. What cannot be made small goes as it is; the server
   makes all of them anew. Old syntax, for old phones. */
(function () {
  "use strict";
  var SIDE = 1600;
  var QUALITY = 0.85;
  var SMALL = 400 * 1024;

  function canShrink() {
    try {
      return !!(window.DataTransfer && new DataTransfer().items && window.File && window.FileReader &&
        HTMLCanvasElement.prototype.toBlob);
    } catch (missing) {
      return false;
    }
  }

  function shrink(file, done) {
    if (!/^image\//.test(file.type) || file.size < SMALL) {
      done(file);
      return;
    }
    var reader = new FileReader();
    var picture = new Image();
    picture.onerror = reader.onerror = function () {
      done(file);
    };
    picture.onload = function () {
      var scale = Math.min(1, SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
      var canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
      var paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (made) {
        done(made && made.size < file.size ? new File([made], "anh.jpg", { type: "image/jpeg" }) : file);
      }, "image/jpeg", QUALITY);
    };
    reader.onload = function () {
      picture.src = reader.result; // the policy of these pages lets data: through, not blob:
    };
    reader.readAsDataURL(file);
  }

  function attend(field) {
    var said = field.parentNode.querySelector("[data-shrink-said]");
    var usual = said.textContent;
    var most = Number(field.getAttribute("data-most"));
    var mostBytes = Number(field.getAttribute("data-most-bytes"));

    function tell(words, isBad) {
      said.textContent = words;
      said.className = isBad ? "tip-error" : "by-soft";
    }

    function look() {
      var bytes = 0;
      for (var i = 0; i < field.files.length; i++) {
        bytes += field.files[i].size;
      }
      if (field.files.length > most) {
        tell("Nhiều ảnh quá. Bà con chọn lại, nhiều nhất " + most + " ảnh.", true);
      } else if (bytes > mostBytes) {
        tell("Các ảnh cộng lại nặng quá. Bà con chọn ít ảnh hơn.", true);
      } else if (field.files.length) {
        tell("Đã chọn " + field.files.length + " ảnh.", false);
      } else {
        tell(usual, false);
      }
    }

    field.addEventListener("change", function () {
      var chosen = Array.prototype.slice.call(field.files);
      if (!canShrink() || chosen.length > most) {
        look();
        return;
      }
      var kept = new DataTransfer();
      tell("Đang thu nhỏ ảnh…", false);
      (function next(at) {
        if (at === chosen.length) {
          field.files = kept.files;
          look();
          return;
        }
        shrink(chosen[at], function (made) {
          kept.items.add(made);
          next(at + 1);
        });
      })(0);
    });
  }

  var fields = document.querySelectorAll("input[data-shrink]");
  for (var i = 0; i < fields.length; i++) {
    attend(fields[i]);
  }
})();
