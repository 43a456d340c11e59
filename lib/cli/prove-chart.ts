import { loadCharts } from './load-charts';
import { mistakeIn, type Answer, type Assignment } from './prove-charts';

/** The program that finds and proves the templates of one chart after the other, for the process that started it. */
process.on('message', (assignment: Assignment) => {
  void prove(assignment)
    .catch((error: Error): Answer => ({ defect: error.stack ?? String(error) }))
    .then(answer => process.send!(answer));
});

async function prove({ app, chart: name }: Assignment): Promise<Answer> {
  const chart = (await loadCharts(app)).find(each => each.name === name)!;
  try {
    return { files: [...chart.files()] };
  } catch (error) {
    const { where, problem, remedy } = mistakeIn(error);
    return { mistake: { where, problem, remedy } };
  }
}
