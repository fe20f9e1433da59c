declare global {
	namespace App {
		/** Which form is open over a chart: ids only, for history entries are kept on disk by the browser. */
		interface PageState {
			form?: { readonly kind: string; readonly id: string | null };
		}
	}
}
export {};
