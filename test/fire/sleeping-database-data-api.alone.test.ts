import { describe } from '@jest/globals';
import { troubledDataApi } from './sleeping-data-api.ts';

describe('a cluster behind the Data API', () =>
  troubledDataApi(
    [
      ['that sleeps, and takes half a second to resume', (api) => api.pause(500)],
      ['that sleeps, and takes two seconds to resume', (api) => api.pause(2_000)],
      ['that carries statements out and loses the answers', (api) => api.dropAnswers(3)],
      ['that throttles', (api) => api.refuse('ThrottlingException', 'Rate exceeded', 5)],
    ],
    3_000,
    true,
  ));
