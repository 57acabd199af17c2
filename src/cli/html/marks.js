/*
 * marks.js: the shapes of the diagram. A shape says what a colour says, for whoever cannot tell
 * colours apart: a square is a client, a cross a fault or a loss, a triangle its end, a bang a
 * broken rule, a diamond what was done to a message on its way, a dot anything else.
 */

const palette = {};

function readPalette() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ['background', 'text', 'faint', 'line', 'accent', 'warn', 'bad', 'good'])
    palette[name] = style.getPropertyValue(`--${name}`).trim();
}

function isFailed(record) {
  return run.cls[record] === TOLD && run.isHeadline[record] === 1;
}

function drawCross(ctx, x, y, r) {
  ctx.beginPath();
  ctx.moveTo(x - r, y - r);
  ctx.lineTo(x + r, y + r);
  ctx.moveTo(x + r, y - r);
  ctx.lineTo(x - r, y + r);
  ctx.stroke();
}

function drawTriangle(ctx, x, y, r) {
  ctx.beginPath();
  ctx.moveTo(x, y - r);
  ctx.lineTo(x + r, y + r);
  ctx.lineTo(x - r, y + r);
  ctx.closePath();
  ctx.fill();
}

function drawDiamond(ctx, x, y, r) {
  ctx.beginPath();
  ctx.moveTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.lineTo(x - r, y);
  ctx.closePath();
  ctx.stroke();
}

function drawBang(ctx, x, y, r) {
  ctx.fillRect(x - 1.5, y - 2 * r, 3, 2.4 * r);
  ctx.fillRect(x - 1.5, y + r - 2, 3, 3);
}

function markColour(record) {
  switch (run.cls[record]) {
    case FAULT: case DROP: case BROKEN: return palette.bad;
    case CURE: return palette.good;
    case TOUCH: return palette.warn;
    case TOLD: return isFailed(record) ? palette.bad : palette.good;
    default: return run.isHeartbeat[record] ? palette.faint : palette.text;
  }
}

function drawMark(ctx, record, x, y) {
  ctx.fillStyle = ctx.strokeStyle = markColour(record);
  ctx.lineWidth = 2;
  switch (run.cls[record]) {
    case FAULT: drawCross(ctx, x, y, 5); break;
    case DROP: break; /* its cross stands where the message would have arrived */
    case CURE: drawTriangle(ctx, x, y, 5); break;
    case TOUCH: drawDiamond(ctx, x, y, 5); break;
    case BROKEN: drawBang(ctx, x, y, 5); break;
    case INVOKE: ctx.strokeRect(x - 3.5, y - 3.5, 7, 7); break;
    case TOLD:
      ctx.fillRect(x - 4, y - 4, 8, 8);
      if (isFailed(record)) {
        ctx.strokeStyle = palette.background;
        drawCross(ctx, x, y, 2);
      }
      break;
    default:
      ctx.beginPath();
      ctx.arc(x, y, run.isHeartbeat[record] ? 1.5 : 2.2, 0, 2 * Math.PI);
      ctx.fill();
  }
}

function drawSmallMark(ctx, record, x, y) {
  ctx.fillStyle = markColour(record);
  ctx.fillRect(x - 0.5, y - 3, 1, 6);
}
