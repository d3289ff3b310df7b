import { QueryCache, QueryClient } from '@tanstack/react-query'
import { sessionQuery } from './queries.ts'
import { ApiProblem, NoAnswer } from './request.ts'

const UNAUTHORIZED = 401 // HTTP: the session ended while the page was open
const RETRIES = 2 // only where no answer came: an answered question is not asked again

/** One cache for the whole console. A session that has ended anywhere leads back to the login page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiProblem && error.problem.status === UNAUTHORIZED) queryClient.setQueryData(sessionQuery.queryKey, null)
    },
  }),
  defaultOptions: {
    queries: {
      retry: (count, error) => error instanceof NoAnswer && count < RETRIES,
      refetchOnWindowFocus: false,
      staleTime: 2000, // ms; a click back and forth does not ask twice
    },
  },
})
