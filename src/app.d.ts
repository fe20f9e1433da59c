declare global {
	namespace App {
		/** What is open over a screen: ids and flags only, for history entries are kept on disk by the browser. */
		interface PageState {
			/** which form is open over a chart */
			form?: { readonly kind: string; readonly id: string | null };
			/** an item of the work list is open */
			reviewing?: boolean;
		}
	}
}
export {};
