/** A text, or a list of texts, as CEL writes it. */
export const celText = (value: string | readonly string[]): string => JSON.stringify(value);

/** A map of texts. */
export const celMap = (entries: Readonly<Record<string, string>>): string => JSON.stringify(entries);

/** The value of an annotation or label, or an empty text. */
export const celEntry = (object: string, map: 'annotations' | 'labels', key: string): string =>
  `${object}.metadata.?${map}[?${celText(key)}].orValue("")`;

/** The parts of an annotation that holds a list with commas. */
export const celList = (object: string, key: string): string =>
  `${celEntry(object, 'annotations', key)}.split(",").filter(entry, entry != "")`;

/** Of an object that has pods or makes them: their template, or the Pod itself. */
export const celTemplate = (object: string): string =>
  `(request.kind.kind == "Pod" ? dyn(${object}) : ` +
  `request.kind.kind == "CronJob" ? dyn(${object}).spec.jobTemplate.spec.template : dyn(${object}).spec.template)`;
