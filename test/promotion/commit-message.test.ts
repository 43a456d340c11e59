import { outcomeOf, recordsIn } from '../../lib/promotion/commit-message';

const record = (model: string, from: number | 'none', to: number | 'none', by = 'alias champion') =>
  `Mlops-Environment: production\nMlops-Team: fraud\nMlops-Model: ${model}\nMlops-From: ${from}\nMlops-To: ${to}\nMlops-By: ${by}`;

describe('the message of a commit', () => {
  it('holds a record for each promotion, whatever others wrote around them', () => {
    const message = `Today\n\n* one\n\n${record('churn', 1, 2)}\n\n* two\n\n${record('score', 3, 4, 'person Anna B.')}\n\nbye`;
    for (const text of [message, message.replaceAll('\n', '\r\n')]) {
      expect(recordsIn(text)).toEqual([
        {
          environment: 'production',
          team: 'fraud',
          model: 'churn',
          from: 1,
          to: 2,
          by: 'alias',
          mover: 'alias champion',
        },
        {
          environment: 'production',
          team: 'fraud',
          model: 'score',
          from: 3,
          to: 4,
          by: 'person',
          mover: 'person Anna B.',
        },
      ]);
    }
  });

  it.each([
    'Revert "production/fraud: churn 1 -> 2"',
    record('churn', 1, 2).replace('Mlops-Team: fraud\n', ''),
    record('churn', 1, 2, 'nobody'),
    record('churn', 1, 2).replace('Mlops-To: 2', 'Mlops-To: 02'),
  ])('holds none if it is none of ours: %j', message => {
    expect(recordsIn(message)).toEqual([]);
  });

  it.each([
    [
      'the oldest first',
      [
        [1, 2],
        [2, 3],
        [3, 4],
      ],
      4,
    ],
    [
      'the newest first',
      [
        [3, 4],
        [2, 3],
        [1, 2],
      ],
      4,
    ],
    [
      'there and back',
      [
        [1, 2],
        [2, 1],
      ],
      1,
    ],
    [
      'a canary that was taken away',
      [
        [1, 2],
        [1, 1],
      ],
      1,
    ],
    [
      'a pin that was removed',
      [
        [1, 2],
        [2, 'none'],
      ],
      0,
    ],
    [
      'a first version',
      [
        ['none', 2],
        [2, 3],
      ],
      3,
    ],
  ] as const)('tells where several promotions of a place ended: %s', (_, steps, end) => {
    const message = steps.map(([from, to]) => record('churn', from, to)).join('\n\n');
    expect(outcomeOf(recordsIn(message))?.to).toBe(end);
  });
});
