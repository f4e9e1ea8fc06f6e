// Asks the service: what comes back is its reply, or `problem` with the HTTP status (0 without a connection).

export const token = document.body.dataset.formToken;

export async function send(path, content) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Form-Token": token },
      body: JSON.stringify(content),
    });
  } catch (error) {
    return { problem: "There is no connection to the service.", status: 0 };
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok && !said.problem) said.problem = "The service does not answer.";
  return { ...said, status: answer.status };
}

export function line(text, kind = "") {
  const element = document.createElement("p");
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

// Says something where a screen reader listens, once.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
