/** A full name: it begins with a letter, and has only letters, digits and dashes. */
const NAME = String.raw`\{\{ (?:\$fullname|include "[\w-]+\.fullname" [.$]) \}\}`;

const quoteOf = (line: string): RegExp => new RegExp(`: a quote dropped: (?:- )?${line}$`);

/** Mistakes in the templates of published charts that no values tell, each as `chart/file: mistake`, with the reason. */
export const SURVIVORS: readonly (readonly [mistake: RegExp, reason: string])[] = [
  // Texts that are texts without quotes too.
  [quoteOf(String.raw`(?:[\w./]+: )?"${NAME}-\S*(?: \S+ \}\}\S*)?"(?:: \|)?`), 'a letter first, and a dash behind it'],
  [
    quoteOf(String.raw`[\w./]+: "${NAME}\.\{\{ .Release.Namespace \}\}\.svc\.cluster\.local"`),
    'a letter first, and dots',
  ],
  [quoteOf(String.raw`(?:name: )?"\{\{ \.Release\.Namespace \}\}-${NAME}.*`), 'a dash, and a letter behind it'],
  [quoteOf(String.raw`secretName: "\{\{ [\w.]+\.minio\.fullname \}\}-.*`), 'a letter first, and a dash behind it'],
  [
    quoteOf(String.raw`(?:\w+: )?"(?:--\w|https?://|s3://|models:/|/|user-|\(\?i\)).*`),
    'what it begins with is in no number',
  ],
  [quoteOf(String.raw`(?:\w+: )?"\{\{ [\w.$]+ \}\}/\{\{ [\w.$]+ \}\}"`), 'two names with a slash between them'],
  [quoteOf(String.raw`cidr: "\{\{ \. \}\}/32"`), 'an address and a slash'],
  [quoteOf(String.raw`expr: '[a-z_ ({]+.*'`), 'a query begins with a word and a bracket'],
  [quoteOf(String.raw`(?:description|summary): "(?:[A-Za-z]+ |${NAME} )[^:]*"`), 'a sentence without a colon'],
  [quoteOf(String.raw`image: .*`), 'Go takes no text with a colon in it for a number'],
  [quoteOf(String.raw`value: \{\{ include "[\w.-]+\.awsEndpointUrlS3" \. \| quote \}\}`), 'a URL'],
  [
    quoteOf(String.raw`kubernetes\.io/change-cause: "\{\{ \.Values\.model\.name \}\} version .*`),
    'a sentence without a space behind its colons',
  ],
  [quoteOf(String.raw`"requests\.\{\{ \.Values\.quota\.gpuResource \}\}": .*`), 'a word, and a dot behind it'],
  [quoteOf(String.raw`helm\.sh/chart: .*`), 'the name of a chart, and a dash behind it'],
  [
    /\/(?:_helpers\.tpl|namespace\.yaml): a quote dropped: \{\{ \$key \| quote \}\}: \{\{ \$value \| quote \}\}$/,
    'keys of annotations have a slash',
  ],
  // Texts whose pattern, or choice, allows nothing that could be read as something else.
  [quoteOf(String.raw`pod-security\.kubernetes\.io/\w+-version: .*`), 'the version of a standard begins with "v"'],
  [
    quoteOf(String.raw`(?:(?:limits|requests)\.)?(?:memory|storage|sizeLimit|ephemeral-storage|interval): .*`),
    'a number with a unit',
  ],
  [quoteOf(String.raw`(?:\w*timeout|request): "\{\{ [^}]+ \}\}s"`), 'a number with a unit'],
  [quoteOf(String.raw`cpu: \{\{ \.Values\.proxy\.cpu \| quote \}\}`), 'a number with a unit'],
  [quoteOf(String.raw`refreshInterval: .*`), 'numbers with units'],
  [quoteOf(String.raw`(?:ipFamilyPolicy|imagePullPolicy|operator|effect|kind): .*`), 'a choice of words'],
  [quoteOf(String.raw`value: \{\{ \.Values\.database\.postgres\.tls \| quote \}\}`), 'a choice of words'],
  [
    quoteOf(String.raw`\w+: \{\{ ternary (?:"pg_service\.conf" "host"|"clients\.yaml" "users\.yaml") .*`),
    'a choice of words',
  ],
  [quoteOf(String.raw`sectionName: .*`), 'the name of a listener with TLS begins with "https"'],
  [quoteOf(String.raw`\{\{ \.Values\.exposure\.istio\.principal \| quote \}\}`), 'an identity has slashes'],
  [quoteOf(String.raw`route: \{ cluster: model, timeout: "\{\{ [^}]+ \}\}s" \}`), 'a number with a unit'],
  [quoteOf(String.raw`(?:issuer|serverAddress): \{\{ [\w.]+ \| quote \}\}`), 'a URL'],
  [quoteOf(String.raw`path: \{\{ ternary "/\w+" \.Values\.runtime\.\w+Path .*`), 'a path begins with a slash'],
  [quoteOf(String.raw`route: .*\{\{ \.Values\.runtime\.metricsPath \| quote \}\} \}`), 'a path begins with a slash'],
  // What would need luck.
  [
    quoteOf(String.raw`(?:uid|checksum/\w+): .* sha256sum \| trunc 16 \| quote \}\}`),
    'one checksum in a thousand has no letter',
  ],
  // Templates that print the same.
  [
    /: an indent shifted: \{\{- include "[\w-]+\.(?:dns\.to|to|postgresConnection\.volumeMounts)" \. \| nindent \d+ \}\}$/,
    'a list may stand at the column of its key',
  ],
  [
    /\/networkpolicy[\w-]*\.yaml: an indent shifted: \{\{- toYaml \. \| nindent 8 \}\}$/,
    'a list may stand at the column of its key',
  ],
  [
    /_helpers\.tpl: (?:a range widened|a step left out): \{\{- \.Values\.fullnameOverride \| trunc \d+ \| trimSuffix "-" \}\}$/,
    'the pattern allows fewer letters, and no dash at the end',
  ],
  [
    /_helpers\.tpl: (?:a range widened|a step left out): \{\{- printf "%s-%s" \.Chart\.Name \.Chart\.Version .*$/,
    'the chart has a short name, and a version without "+" and dash',
  ],
  [
    /minio\/configmap-buckets\.yaml: a range widened: \{\{- range \$bucket := \.Values\.buckets \}\}$/,
    'the same key with the same text twice',
  ],
  [
    /mlflow-server\/deployment\.yaml: an "and" for an "or": \{\{- if and \(eq \.Values\.database\.kind "postgres"\) .* 1\) \}\}$/,
    'one pod either way: without PostgreSQL the schema allows no other number',
  ],
];
