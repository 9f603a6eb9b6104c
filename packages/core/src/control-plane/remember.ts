/** `ask`, asked once of each subject. Answers go with their subjects, so they need no limit of their own. */
export function remember<Subject extends object, Answer>(
  ask: (subject: Subject) => Answer,
): (subject: Subject) => Answer {
  const answers = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    const known = answers.get(subject);
    if (known !== undefined) return known.answer;
    const answer = ask(subject);
    answers.set(subject, { answer });
    return answer;
  };
}

/**
 * `ask`, asked again of a subject only with other items than the last time: not the same objects in the same order. Only
 * the last answer of each subject is kept, and goes with it.
 */
export function rememberLast<Subject extends object, Item extends object, Answer>(
  ask: (subject: Subject, items: readonly Item[]) => Answer,
): (subject: Subject, items: readonly Item[]) => Answer {
  const answers = new WeakMap<Subject, { readonly items: readonly Item[]; readonly answer: Answer }>();
  return (subject, items) => {
    const known = answers.get(subject);
    if (known?.items.length === items.length && known.items.every((item, index) => item === items[index]))
      return known.answer;
    const answer = ask(subject, items);
    answers.set(subject, { items, answer });
    return answer;
  };
}
